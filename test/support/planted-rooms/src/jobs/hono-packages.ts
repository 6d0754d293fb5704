// breaks: hono-only-in-http
import "@hono/zod-openapi";
