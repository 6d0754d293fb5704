/**
 * Who may call a route, said where the route is defined: `...access("reader")` in `createRoute`, `allow("reader")`
 * before the handler of a plain one. `buildApp` refuses to build with a route that says nothing.
 */
import type { MiddlewareHandler, Next } from "hono";
import { ACCESS_RULES, type Access, refusalOf } from "../access/access-rules.ts";
import type { Identity } from "../access/identity.ts";
import { authOf, limitsOf } from "../access/tenant-access.ts";
import type { Admission } from "../access/token-blocks.ts";
import { FailureError } from "../domain/failure.ts";
import { parseUserId } from "../domain/ids.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { NO_CREDENTIAL } from "./problem.ts";

type Guard = MiddlewareHandler<AppEnv>;

const guards = new WeakMap<object, Access>();
const passages = new WeakSet<object>();

/** What a guard lets through; undefined for any other handler. */
export const accessOf = (handler: object): Access | undefined => guards.get(handler);

/** Marks middleware that never answers with anybody's data, so that it needs no guard before it. */
export function passage<Handler extends object>(handler: Handler): Handler {
  passages.add(handler);
  return handler;
}

export const isPassage = (handler: object): boolean => passages.has(handler);

/** For `createRoute`: the guard, and what the API's documentation says of it. */
export const access = (kind: Access) => ({ ...accessDocs(kind), middleware: allow(kind) });

/** For a route that is documented in one place and mounted in another. */
export const accessDocs = (kind: Access) => ({
  "x-access": kind,
  security: kind === "public" ? [] : [{ apiKey: [] }],
});

/** The guard of a route. Synchronous for a caller who offers no credential and has tokens left. */
export function allow(kind: Access): Guard {
  const limited = kind === "reader" || kind === "user";
  const guard: Guard = (c, next) => {
    if (kind === "public") {
      demandTenant(c);
      return next();
    }
    const identity = identify(c);
    return identity instanceof Promise
      ? identity.then((known) => admit(kind, limited, c, next, known))
      : admit(kind, limited, c, next, identity);
  };
  guards.set(guard, kind);
  return guard;
}

const CREATES_TENANT = /\/admin\/(?:tenant|config)$/;

/** The tenant must exist, but for the routes that make it. */
function demandTenant(c: AppContext): void {
  if (c.get("call").tenantMissing !== true) return;
  if (c.req.method === "PUT" && CREATES_TENANT.test(c.req.path)) return;
  throw new FailureError("UNKNOWN_TENANT", "There is no such tenant.");
}

const BEARER = /^Bearer +(\S+)$/i;

function identify(c: AppContext): Identity | Promise<Identity> {
  const { services, tenant, startedMs, background } = c.get("call");
  const { headers } = c.req.raw;
  const authorization = headers.get("Authorization");
  // A header of another scheme is a credential too: one that nothing here knows.
  const credential =
    authorization === null
      ? (headers.get("X-Admin-Key") ?? undefined)
      : (BEARER.exec(authorization)?.[1] ?? authorization);
  const { credentials } = services;
  return credentials.identify({
    credential,
    tenant: tenant.id,
    auth: authOf(tenant),
    nowMs: startedMs,
    background,
  });
}

function admit(
  kind: Access,
  limited: boolean,
  c: AppContext,
  next: Next,
  identity: Identity,
): Promise<Response | void> {
  const call = c.get("call");
  const { settings } = call.services;
  const named = c.req.param("user_id") ?? (limited ? c.req.query("user_hash") : undefined);
  const openDeployment = settings.defaultAuth === "open";
  const refusal = refusalOf(kind, { identity, user: named, openDeployment });
  if (refusal !== undefined) throw refused(refusal, kind, settings.adminKey !== undefined);
  demandTenant(c);
  if (!limited) {
    c.set("call", { ...call, identity });
    return next();
  }
  const admission = call.services.tokenBlocks.spend({
    tenant: call.tenant.id,
    user: named === undefined ? identity.user : parseUserId(named),
    limits: limitsOf(call.tenant),
    nowMs: call.startedMs,
    background: call.background,
  });
  return admission instanceof Promise
    ? admission.then((known) => proceed(c, next, identity, known))
    : proceed(c, next, identity, admission);
}

function proceed(
  c: AppContext,
  next: Next,
  identity: Identity,
  admission: Admission | undefined,
): Promise<Response | void> {
  c.set("call", { ...c.get("call"), identity, admission });
  if (admission?.admitted !== false) return next();
  const { scope, limit, resetSeconds } = admission;
  const whose = scope === "user" ? "of this user" : "of all users of this tenant";
  throw new FailureError("RATE_LIMITED", `The limit ${whose} is ${limit} requests a minute.`, {
    retryAfterSeconds: resetSeconds,
  });
}

function refused(
  refusal: "unauthenticated" | "role" | "user",
  kind: Access,
  operated: boolean,
): FailureError {
  switch (refusal) {
    case "unauthenticated":
      return kind === "operator" && !operated
        ? new FailureError("ADMIN_DISABLED", "This deployment has no ADMIN_KEY.")
        : new FailureError("UNAUTHENTICATED", NO_CREDENTIAL);
    case "role":
      return new FailureError(
        "FORBIDDEN",
        `This needs one of the roles ${ACCESS_RULES[kind].admits.join(", ")}.`,
      );
    case "user":
      return new FailureError("FORBIDDEN", "This credential speaks for another user.");
  }
}
