// breaks: catalogue-imports
import "../feed/leaf.ts";
