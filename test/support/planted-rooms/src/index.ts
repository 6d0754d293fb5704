// breaks: index-imports
import "./web/leaf.ts";
