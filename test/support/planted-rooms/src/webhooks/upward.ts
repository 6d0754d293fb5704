// breaks: webhooks-imports
import "../feed/leaf.ts";
