// breaks: cache-imports
import "../feed/leaf.ts";
