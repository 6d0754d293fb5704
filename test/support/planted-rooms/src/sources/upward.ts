// breaks: sources-imports
import "../feed/leaf.ts";
