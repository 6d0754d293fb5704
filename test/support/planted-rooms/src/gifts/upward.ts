// breaks: gifts-imports
import "../routes/leaf-route.ts";
