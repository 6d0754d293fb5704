// breaks: rights-imports
import "../routes/leaf-route.ts";
