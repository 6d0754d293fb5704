/** HTTP composition: what every request passes through, and the list of routes. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Next, ValidationTargets } from "hono";
import { HTTPException } from "hono/http-exception";
import { FailureError } from "./domain/failure.ts";
import type { TenantId } from "./domain/ids.ts";
import { consoleLog } from "./observability/log.ts";
import { backgroundOf } from "./platform/background.ts";
import { clockMs } from "./platform/clock.ts";
import { randomToken } from "./platform/token.ts";
import { NOBODY } from "./access/identity.ts";
import { passage } from "./routes/access.ts";
import { assertGuarded } from "./routes/access-table.ts";
import { setAnswerHeaders } from "./routes/answer-headers.ts";
import { mountApiKeys } from "./routes/api-keys-route.ts";
import { mountCatalogueAdmin } from "./routes/catalogue-admin-route.ts";
import type { AppContext, AppEnv, Call } from "./routes/context.ts";
import { mountDeployment } from "./routes/deployment-route.ts";
import { mountDeadEvents } from "./routes/dead-events-route.ts";
import { mountEvents } from "./routes/events-route.ts";
import { mountFaults } from "./routes/faults-route.ts";
import { mountFeed } from "./routes/feed-route.ts";
import { mountFeedStats } from "./routes/feed-stats-route.ts";
import { mountFeedback } from "./routes/feedback-route.ts";
import { mountGifts } from "./routes/gifts-route.ts";
import { mountGiftStats } from "./routes/gift-stats-route.ts";
import { mountHealth } from "./routes/health-route.ts";
import { mountItemBatch } from "./routes/item-batch-route.ts";
import { mountItems } from "./routes/items-route.ts";
import { mountJobs } from "./routes/jobs-route.ts";
import { inputFailure, type InputPlace } from "./routes/input.ts";
import { limitBody, limitEventsBody } from "./routes/limit-body.ts";
import { mountLearnedValues } from "./routes/learned-values-route.ts";
import { mountOpenApi } from "./routes/openapi-route.ts";
import { mountPersonality } from "./routes/personality-route.ts";
import { mountPools } from "./routes/pools-route.ts";
import { problemResponse } from "./routes/problem.ts";
import { mountQuota } from "./routes/quota-route.ts";
import { mountSources } from "./routes/sources-route.ts";
import { mountRecommend } from "./routes/recommend-route.ts";
import { withTenant } from "./routes/resolve-tenant.ts";
import { mountRights } from "./routes/rights-route.ts";
import { mountTenantConfig } from "./routes/tenant-config-route.ts";
import { mountTenantExport } from "./routes/tenant-export-route.ts";
import { mountTenantHistory } from "./routes/tenant-history-route.ts";
import { mountTenants } from "./routes/tenants-route.ts";
import { mountUserProfile } from "./routes/user-profile-route.ts";
import { mountVideos } from "./routes/video-route.ts";
import { mountVideoFeedback } from "./routes/video-feedback-route.ts";
import { mountWebhooks } from "./routes/webhooks-route.ts";
import { servicesOf } from "./services.ts";
import { tenantConfigSchema } from "./tenants/tenant-config.ts";
import type { Tenant } from "./tenants/tenant-registry.ts";

/** Stands in for the tenant on paths that have none: no store knows it. */
const NO_TENANT: Tenant = {
  id: "" as TenantId,
  version: 0,
  config: tenantConfigSchema.parse({ name: "none" }),
};

const NO_CALL = { secure: false, sharing: undefined, admission: undefined };

/** A GET has none, and passes through one function less. */
const WITH_BODY = ["POST", "PUT", "PATCH", "DELETE"];

/** Whose clients expect system C's errors. */
const SYSTEM_C_PATH = /\/v1\/feed$/;

export function buildApp(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook(result) {
      if (result.success) return;
      throw inputFailure(placeOf(result.target), result.error);
    },
  });

  app.use("*", frame);
  for (const small of ["feedback", "users", "user-profile", "api"]) {
    app.on(WITH_BODY, `/t/:tenant/${small}/*`, passage(limitBody));
  }
  app.on("POST", "/t/:tenant/v1/events", passage(limitEventsBody));

  mountRecommend(app);
  mountFeed(app);
  mountFeedback(app);
  mountFeedStats(app);
  mountVideos(app);
  mountGifts(app);
  mountGiftStats(app);
  mountPersonality(app);
  mountUserProfile(app);
  mountVideoFeedback(app);
  mountLearnedValues(app);
  mountEvents(app);
  mountDeadEvents(app);
  mountTenants(app);
  mountApiKeys(app);
  mountWebhooks(app);
  mountTenantConfig(app);
  mountTenantHistory(app);
  mountDeployment(app);
  mountCatalogueAdmin(app);
  mountSources(app);
  mountItemBatch(app);
  mountItems(app);
  mountJobs(app);
  mountPools(app);
  mountQuota(app);
  mountRights(app);
  mountTenantExport(app);
  mountFaults(app);
  mountHealth(app);
  mountOpenApi(app);

  app.notFound((c) =>
    problemResponse(
      new FailureError("UNKNOWN_ROUTE", "There is nothing here."),
      c.get("call").requestId,
    ),
  );
  app.onError((error, c) => {
    const call = c.get("call") as Call | undefined;
    const requestId = call?.requestId ?? randomToken();
    const failure = failureOf(error, c.req.routePath, requestId);
    const surface = SYSTEM_C_PATH.test(c.req.path) ? "system_c" : undefined;
    const answer = problemResponse(failure, requestId, surface);
    // The frame does it again, unless it has failed itself; bad settings fail before there is a call.
    setAnswerHeaders(answer.headers, call ?? { ...NO_CALL, requestId });
    return answer;
  });
  assertGuarded(app);
  return app;
}

/** What every request passes through. It finds the tenant itself: a step of Hono's for that takes 2 µs. */
const frame = passage(async function frame(c: AppContext, next: Next) {
  const background = backgroundOf((promise) => {
    c.executionCtx.waitUntil(promise);
  }, consoleLog);
  const call: Call = {
    requestId: randomToken(),
    startedMs: clockMs(),
    services: servicesOf(c.env),
    background,
    secure: c.req.url.startsWith("https:"),
    tenant: NO_TENANT,
    tenantMissing: false,
    identity: NOBODY,
    admission: undefined,
    sharing: undefined,
  };
  c.set("call", call);
  const answer = await withTenant(c, next);
  // Of `next` Hono makes its context, which has the answer already.
  if (!c.finalized && answer instanceof Response) c.res = answer;
  setAnswerHeaders(c.res.headers, call);
});

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

/** How D1 begins the message of everything that goes wrong there; it has no error class. */
const D1_ERROR = "D1_";

function failureOf(error: Error, path: string, request: string): FailureError {
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
    consoleLog.error("registry failed", { request, error });
    return new FailureError("REGISTRY_UNAVAILABLE", "The registry did not answer.", {
      cause: error,
    });
  }
  consoleLog.error("unexpected failure", {
    request,
    path,
    error,
  });
  return new FailureError("INTERNAL", "Something went wrong on our side.", { cause: error });
}
