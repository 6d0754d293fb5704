// breaks: video-services-imports
import "./routes/leaf-route.ts";
