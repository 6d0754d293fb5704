// breaks: objects-imports
import "../services.ts";
