// breaks: cloudflare-only-in-doors
// breaks: hono-only-in-http
import "cloudflare:workers";
import "hono";
