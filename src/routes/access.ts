/**
 * Who may call a route, said where the route is defined: `...access("reader")` in `createRoute`, `allow("reader")`
 * before the handler of a plain one. `buildApp` refuses to build with a route that says nothing.
 */
import type { Handler } from "hono";
import { ACCESS_RULES, type Access, refusalOf } from "../access/access-rules.ts";
import type { Identity } from "../access/identity.ts";
import { authOf, limitsOf, type RequestLimits } from "../access/tenant-access.ts";
import type { Admission } from "../access/token-blocks.ts";
import { FailureError } from "../domain/failure.ts";
import { parseUserId, type UserId } from "../domain/ids.ts";
import type { AppContext, AppEnv, Call } from "./context.ts";
import { NO_CREDENTIAL } from "./problem.ts";

type Guard = Handler<AppEnv>;
type Answer = Response | Promise<Response>;

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

/** The guard of a route. */
export function allow(kind: Access): Guard {
  const guard: Guard = (c, next) => pass(kind, c, next);
  guards.set(guard, kind);
  return guard;
}

/** Guard and handler in one, for the hottest routes: Hono makes two promises and a closure of every step. */
export function guarded(kind: Access, handler: (c: AppContext) => Answer): Handler<AppEnv> {
  const both = (c: AppContext): Answer => pass(kind, c, () => handler(c));
  guards.set(both, kind);
  return both;
}

/** For a route whose body names the user: a reader that speaks for one may not read another's. */
export function demandUser(c: AppContext, kind: Access, user: string): void {
  const { identity, services } = c.get("call");
  const { settings } = services;
  const openDeployment = settings.defaultAuth === "open";
  const refusal = refusalOf(kind, { identity, user, openDeployment });
  if (refusal !== undefined) throw refused(refusal, kind, settings.adminKey !== undefined);
}

/**
 * For a route whose body names the user: the user's limit holds, unless the credential speaks for the user and was counted
 * so. Not a promise while there are tokens; throws or rejects `RATE_LIMITED`.
 */
export function spendOf(c: AppContext, user: UserId): void | Promise<void> {
  const call = c.get("call");
  if (call.identity.user === user) return;
  // Of the tenant's limit the request was counted by its guard.
  return spend(call, user, { ...limitsOf(call.tenant), tenantPerMinute: null }, () => undefined);
}

/** What goes on, at once or later, and what comes of it. */
type Onward<Result> = () => Result | Promise<Result>;

/** Synchronous for a caller whose credential is remembered, or who offers none, and who has tokens left. */
function pass<Result>(kind: Access, c: AppContext, goOn: Onward<Result>): Result | Promise<Result> {
  if (kind === "public") {
    demandTenant(c);
    return goOn();
  }
  const identity = identify(c);
  return identity instanceof Promise
    ? identity.then((known) => admit(kind, c, goOn, known))
    : admit(kind, c, goOn, identity);
}

const CREATES_TENANT = /\/admin\/(?:tenant|config)$/;

/** The tenant must exist, but for the routes that make it. */
function demandTenant(c: AppContext): void {
  if (!c.get("call").tenantMissing) return;
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

function admit<Result>(
  kind: Access,
  c: AppContext,
  goOn: Onward<Result>,
  identity: Identity,
): Result | Promise<Result> {
  const limited = kind === "reader" || kind === "user";
  const call = c.get("call");
  const { settings } = call.services;
  const named = c.req.param("user_id") ?? (limited ? c.req.query("user_hash") : undefined);
  const openDeployment = settings.defaultAuth === "open";
  const refusal = refusalOf(kind, { identity, user: named, openDeployment });
  if (refusal !== undefined) throw refused(refusal, kind, settings.adminKey !== undefined);
  demandTenant(c);
  call.identity = identity;
  if (!limited) return goOn();
  const user = named === undefined ? identity.user : parseUserId(named);
  return spend(call, user, limitsOf(call.tenant), goOn);
}

/** Goes on when every limit that holds has a token left. */
function spend<Result>(
  call: Call,
  user: UserId | undefined,
  limits: RequestLimits,
  goOn: Onward<Result>,
): Result | Promise<Result> {
  const { tenant, startedMs: nowMs, background } = call;
  const { tokenBlocks } = call.services;
  const admission = tokenBlocks.spend({ tenant: tenant.id, user, limits, nowMs, background });
  return admission instanceof Promise
    ? admission.then((known) => proceed(call, goOn, known))
    : proceed(call, goOn, admission);
}

function proceed<Result>(call: Call, goOn: () => Result, admission: Admission | undefined): Result {
  call.admission = admission;
  if (admission?.admitted !== false) return goOn();
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
