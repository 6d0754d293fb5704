// breaks: profiles-imports
import "../feed/leaf.ts";
