// breaks: feed-imports
import "../services.ts";
