// breaks: similar-imports
import "../feed/leaf.ts";
