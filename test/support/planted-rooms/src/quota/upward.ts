// breaks: quota-imports
import "../feed/leaf.ts";
