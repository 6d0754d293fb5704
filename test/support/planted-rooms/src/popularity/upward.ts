// breaks: popularity-imports
import "../feed/leaf.ts";
