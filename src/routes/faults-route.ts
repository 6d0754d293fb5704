/**
 * Faults on purpose, for development: what a user gets when a dependency is slow, fails or hangs can be tried in a
 * running Worker. Where faults are not allowed this path does not exist.
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import type { FaultBoard } from "../platform/faults.ts";
import { faultPlanSchema } from "../tenants/guards.ts";
import type { Dependency } from "../tenants/tenant-config.ts";
import { access } from "./access.ts";
import { circuitsOf, circuitsSchema } from "./circuits.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { ADMIN_PROBLEMS, json } from "./schemas.ts";

const PATH = "/admin/faults";

const answer = z
  .object({ faults: faultPlanSchema, dependencies: circuitsSchema })
  .openapi("Faults");

const change = z
  .strictObject({
    faults: faultPlanSchema.default({}).openapi({
      description: "Replaces all faults: what is not named is well.",
      example: { l2: { mode: "latency", ms: 500, rate: 1 } },
    }),
    reset_breakers: z.boolean().default(false).openapi({ description: "Close every circuit." }),
  })
  .openapi("FaultsChange");

const shared = {
  path: PATH,
  tags: ["Admin"],
  ...access("operator"),
  responses: { 200: json("The faults of this isolate.", answer), ...ADMIN_PROBLEMS },
};

const showRoute = createRoute({
  ...shared,
  method: "get",
  summary: "The faults that strike on purpose; development only",
});
const playRoute = createRoute({
  ...shared,
  method: "put",
  summary: "Let dependencies fail on purpose; development only",
  request: { body: { required: true, content: { "application/json": { schema: change } } } },
});
const endRoute = createRoute({ ...shared, method: "delete", summary: "End all faults" });

export function mountFaults(app: OpenAPIHono<AppEnv>): void {
  app.openapi(showRoute, (c) => c.json(shown(c), 200));
  app.openapi(playRoute, (c) => {
    const { faults, reset_breakers: reset } = c.req.valid("json");
    boardOf(c).play(faults);
    if (reset) c.get("call").services.guards.reset();
    return c.json(shown(c), 200);
  });
  app.openapi(endRoute, (c) => {
    boardOf(c).play({});
    return c.json(shown(c), 200);
  });
}

function boardOf(c: AppContext): FaultBoard<Dependency> {
  const { faults } = c.get("call").services;
  if (faults !== undefined) return faults;
  throw new FailureError("UNKNOWN_ROUTE", "There is nothing here.");
}

const shown = (c: AppContext) => ({
  faults: boardOf(c).plan,
  dependencies: circuitsOf(c.get("call").services),
});
