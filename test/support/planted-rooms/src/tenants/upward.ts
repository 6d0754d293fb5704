// breaks: tenants-imports
import "../feed/leaf.ts";
