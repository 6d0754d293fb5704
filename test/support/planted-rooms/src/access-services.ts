// breaks: access-services-imports
import "./routes/leaf-route.ts";
