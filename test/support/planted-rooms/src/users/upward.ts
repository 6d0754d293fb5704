// breaks: users-imports
import "../feed/leaf.ts";
