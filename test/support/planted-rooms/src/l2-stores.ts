// breaks: l2-stores-imports
import "./routes/leaf-route.ts";
