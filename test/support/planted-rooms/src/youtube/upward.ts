// breaks: youtube-imports
import "../feed/leaf.ts";
