// breaks: runs-imports
import "../feed/leaf.ts";
