/** HTTP composition: what every request passes through, and the list of routes. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { ValidationTargets } from "hono";
import { HTTPException } from "hono/http-exception";
import { FailureError } from "./domain/failure.ts";
import { parseTenantId, type TenantId } from "./domain/ids.ts";
import { consoleLog } from "./observability/log.ts";
import { backgroundOf } from "./platform/background.ts";
import { clockMs } from "./platform/clock.ts";
import { randomToken } from "./platform/token.ts";
import { adminAuth } from "./routes/admin-auth.ts";
import { mountCatalogueAdmin } from "./routes/catalogue-admin-route.ts";
import type { AppContext, AppEnv } from "./routes/context.ts";
import { mountFeedStats } from "./routes/feed-stats-route.ts";
import { mountFeedback } from "./routes/feedback-route.ts";
import { mountHealth } from "./routes/health-route.ts";
import { mountJobs } from "./routes/jobs-route.ts";
import { inputFailure, type InputPlace } from "./routes/input.ts";
import { limitBody } from "./routes/limit-body.ts";
import { mountOpenApi } from "./routes/openapi-route.ts";
import { mountPools } from "./routes/pools-route.ts";
import { problemResponse } from "./routes/problem.ts";
import { mountRecommend } from "./routes/recommend-route.ts";
import { mountTenants } from "./routes/tenants-route.ts";
import { servicesOf } from "./services.ts";
import type { Tenant } from "./tenants/tenant-registry.ts";

/** Stands in for the tenant on paths that have none: no store knows it. */
const NO_TENANT: Tenant = { id: "" as TenantId, name: "", l2: "default" };

export function buildApp(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook(result) {
      if (result.success) return;
      throw inputFailure(placeOf(result.target), result.error);
    },
  });

  app.use("*", async function frame(c, next) {
    const requestId = randomToken();
    const background = backgroundOf((promise) => {
      c.executionCtx.waitUntil(promise);
    }, consoleLog);
    c.set("call", {
      requestId,
      startedMs: clockMs(),
      services: servicesOf(c.env),
      background,
      tenant: NO_TENANT,
    });
    await next();
    if (c.res.headers.has("X-Request-Id")) return;
    c.header("X-Request-Id", requestId);
    c.header("X-Content-Type-Options", "nosniff");
  });
  app.use("/t/:tenant/admin/*", adminAuth);
  app.use("/t/:tenant/*", async function resolveTenant(c, next) {
    if (!isTenantPut(c)) c.set("call", { ...c.get("call"), tenant: await tenantOf(c) });
    await next();
  });
  app.use("/t/:tenant/feedback/*", limitBody);

  mountRecommend(app);
  mountFeedback(app);
  mountFeedStats(app);
  mountTenants(app);
  mountCatalogueAdmin(app);
  mountJobs(app);
  mountPools(app);
  mountHealth(app);
  mountOpenApi(app);

  app.notFound((c) =>
    problemResponse(
      new FailureError("UNKNOWN_ROUTE", "There is nothing here."),
      c.get("call").requestId,
    ),
  );
  app.onError((error, c) => problemResponse(failureOf(error, c), c.get("call").requestId));
  return app;
}

/** Where in the request a validator looked, in the words of the answer. */
function placeOf(target: keyof ValidationTargets): InputPlace {
  switch (target) {
    case "param":
      return "path";
    case "query":
    case "header":
      return target;
    case "json":
    case "form":
    case "cookie":
      return "body";
  }
}

async function tenantOf(c: AppContext) {
  const { services, startedMs, background } = c.get("call");
  const id = parseTenantId(c.req.param("tenant") ?? "");
  const tenant = id && (await services.tenants.find(id, startedMs, background));
  if (tenant !== undefined) return tenant;
  throw new FailureError("UNKNOWN_TENANT", "There is no such tenant.");
}

/** The one route under a tenant's path that the tenant need not exist for. */
const isTenantPut = (c: AppContext): boolean =>
  c.req.method === "PUT" && c.req.path.endsWith("/admin/tenant");

/** How D1 begins the message of everything that goes wrong there; it has no error class. */
const D1_ERROR = "D1_";

function failureOf(error: Error, c: AppContext): FailureError {
  if (error instanceof FailureError) {
    if (error.party !== "client") consoleLog.warn("request failed", { code: error.code, error });
    return error;
  }
  if (error instanceof HTTPException && error.status < 500) {
    return new FailureError("BAD_REQUEST", "The body is not what its content type says.", {
      faults: [{ path: "body", message: "must be well-formed JSON" }],
    });
  }
  if (error.message.startsWith(D1_ERROR)) {
    consoleLog.error("registry failed", { request: c.get("call").requestId, error });
    return new FailureError("REGISTRY_UNAVAILABLE", "The registry did not answer.", {
      cause: error,
    });
  }
  consoleLog.error("unexpected failure", {
    request: c.get("call").requestId,
    path: c.req.routePath,
    error,
  });
  return new FailureError("INTERNAL", "Something went wrong on our side.", { cause: error });
}
