// breaks: pools-imports
import "../feed/leaf.ts";
