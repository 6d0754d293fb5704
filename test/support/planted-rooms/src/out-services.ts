// breaks: out-services-imports
import "./routes/leaf-route.ts";
