// breaks: source-services-imports
import "./routes/leaf-route.ts";
