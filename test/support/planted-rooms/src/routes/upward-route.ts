// breaks: routes-imports
import "../app.ts";
