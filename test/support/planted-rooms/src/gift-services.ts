// breaks: gift-services-imports
import "./routes/leaf-route.ts";
