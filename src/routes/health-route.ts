/**
 * Health. `/health` says that the Worker runs and what it sees, always with 200, as system A's clients expect;
 * `/health/ready` is 503 while a store does not answer, even though the feed goes on from pool replicas
 * (docs/decisions/0005-readiness.md).
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { withDeadline } from "../platform/deadline.ts";
import type { Services } from "../services.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";
import { circuitsOf, circuitsSchema } from "./circuits.ts";
import { access, allow } from "./access.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { json } from "./schemas.ts";

const checkSchema = z.object({ ok: z.boolean(), latency_ms: z.number() });
const healthSchema = z
  .object({
    status: z.enum(["healthy", "degraded", "unhealthy"]),
    timestamp: z.number().int(),
    redis_connected: z.boolean().openapi({
      description: "System A's name for: the default L2 answers, whatever it is made of.",
    }),
    scheduler_running: z.boolean().openapi({
      description: "Cron is the platform's: true wherever the Worker runs with its triggers.",
    }),
    uptime_seconds: z.number().int().openapi({ description: "Of this isolate." }),
    checks: z.record(z.string(), checkSchema),
    dependencies: circuitsSchema.openapi({
      description: "The circuit breaker of each dependency, in this isolate.",
    }),
    circuit_breaker: z
      .object({ name: z.string(), state: z.enum(["closed", "open", "half_open"]) })
      .openapi({ description: "System C's name for: the circuit breaker of the default L2." }),
    feature_flags: z.object({
      personalization_enabled: z.boolean(),
      kill_switch_active: z.boolean(),
    }),
    counters: z.record(z.string(), z.number().int()).openapi({
      description: "What happened in this isolate since it started.",
    }),
  })
  .openapi("Health");

type Checks = Record<string, z.infer<typeof checkSchema>>;

/** Shorter than a monitor's patience; a store slower than this is of no use to a feed either. */
const CHECK_DEADLINE_MS = 1_000;

const live = createRoute({
  method: "get",
  path: "/health",
  tags: ["Health"],
  ...access("public"),
  summary: "Is the Worker running, and what does it see",
  responses: { 200: json("Always.", healthSchema) },
});

const ready = createRoute({
  method: "get",
  path: "/health/ready",
  tags: ["Health"],
  ...access("public"),
  summary: "Do all stores answer",
  responses: {
    200: json("All stores answer.", healthSchema),
    503: json("A store does not answer; `checks` says which.", healthSchema),
  },
});

let isolateStartedMs = 0;

export function mountHealth(app: OpenAPIHono<AppEnv>): void {
  app.openapi(live, async (c) => c.json(await healthOf(c), 200));
  app.openapi(ready, async (c) => {
    const health = await healthOf(c);
    return c.json(health, health.status === "healthy" ? 200 : 503);
  });
  // It tells that there is such a tenant, and what its switches are: its own systems may know.
  app.get("/t/:tenant/health", allow("service"), async (c) => c.json(await healthOf(c), 200));
}

/** Whether the tenant's users get personal feeds; of the deployment where no tenant is named. */
const flagsOf = ({ tenants }: Services, { config }: Tenant) => ({
  personalization_enabled: config.personalization_enabled,
  kill_switch_active: config.kill_switch || tenants.deployment.kill_switch,
});

async function healthOf(c: AppContext) {
  const { services, startedMs, tenant } = c.get("call");
  isolateStartedMs ||= startedMs;
  const checks = await runChecks(services);
  const l2 = services.l2s[0];
  const circuits = circuitsOf(services);
  const circuit = `l2_${l2?.kind}`;
  const l2Connected = l2 !== undefined && checks[`l2_${l2.kind}`]?.ok === true;
  const allOk = Object.values(checks).every((check) => check.ok);
  return {
    // Without L2 the feed answers from replicas; without the registry it cannot tell tenants apart for long.
    status: allOk
      ? ("healthy" as const)
      : checks["registry"]?.ok === true
        ? ("degraded" as const)
        : ("unhealthy" as const),
    timestamp: Math.floor(startedMs / 1000),
    redis_connected: l2Connected,
    scheduler_running: true,
    uptime_seconds: Math.floor((startedMs - isolateStartedMs) / 1000),
    checks,
    dependencies: circuits,
    circuit_breaker: { name: circuit, state: circuits[circuit]?.state ?? ("closed" as const) },
    feature_flags: flagsOf(services, tenant),
    counters: services.counters.all(),
  };
}

async function runChecks(services: Services): Promise<Checks> {
  const stores: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["registry", () => services.registry.ping()],
    ...services.l2s.map(({ kind, users }) => [`l2_${kind}`, () => users.ping()] as const),
  ];
  const checks = await Promise.all(
    stores.map(async ([name, ping]) => {
      const startedMs = Date.now();
      const ok = await withDeadline(ping(), CHECK_DEADLINE_MS).then(
        () => true,
        () => false,
      );
      return [name, { ok, latency_ms: Date.now() - startedMs }] as const;
    }),
  );
  return Object.fromEntries(checks);
}
