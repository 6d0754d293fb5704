// breaks: access-imports
import "../feed/leaf.ts";
