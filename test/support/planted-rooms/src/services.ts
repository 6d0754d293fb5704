// breaks: services-imports
import "./routes/leaf-route.ts";
