// breaks: jobs-imports
import "../routes/leaf-route.ts";
