// breaks: rights-services-imports
import "./routes/leaf-route.ts";
