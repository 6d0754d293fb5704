// breaks: web-imports
// breaks: page-stands-alone
import "zod";
import "../feed/leaf.ts";
