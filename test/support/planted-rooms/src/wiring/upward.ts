// breaks: wiring-imports
import "../routes/leaf-route.ts";
