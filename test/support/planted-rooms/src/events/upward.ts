// breaks: events-imports
import "../feed/leaf.ts";
