/** The OpenAPI document, for `/docs`, `/redoc` and generators of clients. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { allow } from "./access.ts";
import type { AppEnv } from "./context.ts";

export function mountOpenApi(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description:
      "An API key of the tenant, a token of its issuer, or the ADMIN_KEY of the deployment, which `npm start` " +
      "prints. `x-access` of each route says which roles it admits; docs/access.md has them all.",
  });
  const description = {
    openapi: "3.1.0",
    info: {
      title: "Nearfeed",
      version: "0.1.0",
      description:
        "A recommender that runs where the users are: personal feeds that never repeat, for many tenants.",
      license: { name: "Apache-2.0" },
    },
    tags: [
      { name: "Feed", description: "What clients call." },
      { name: "Tenants", description: "Who is served." },
      { name: "Admin", description: "What operators call, with the admin key." },
      { name: "Health", description: "What monitors call." },
    ],
  };
  app.get("/openapi.json", allow("public"), (c) => c.json(app.getOpenAPI31Document(description)));
}
