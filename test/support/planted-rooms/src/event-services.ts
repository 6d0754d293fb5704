// breaks: event-services-imports
import "./routes/leaf-route.ts";
