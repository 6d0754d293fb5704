// breaks: similar-services-imports
import "./routes/leaf-route.ts";
