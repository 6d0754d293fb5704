// breaks: app-imports
// breaks: no-index-import
import "./index.ts";
