// breaks: platform-imports
import "../feed/leaf.ts";
