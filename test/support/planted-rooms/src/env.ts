// breaks: env-imports
import "./services.ts";
