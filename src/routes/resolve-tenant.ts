/** Finds the tenant of a request, and with it which browsers may read the answer. */
import type { Next } from "hono";
import { originsOf } from "../access/tenant-access.ts";
import { FailureError } from "../domain/failure.ts";
import { parseTenantId, type TenantId } from "../domain/ids.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";
import type { AppContext } from "./context.ts";
import { askedByBrowser, preflightAnswer, sharingOf } from "./cors.ts";

type Onward = () => Promise<Response | void>;

const TENANT_OF_PATH = /^\/t\/([^/]+)/;
const TENANT_IN_HEADER = /^\/v1(?:\/|$)/;

/** Goes on with the tenant that the path or the header names; at once on a path that has none. */
export function withTenant(c: AppContext, next: Next): Promise<Response | void> {
  const { path } = c.req;
  const named = TENANT_OF_PATH.exec(path)?.[1];
  if (named !== undefined) return tenantOfPath(c, named, next);
  return TENANT_IN_HEADER.test(path) ? tenantOfHeader(c, next) : next();
}

/** `/t/{tenant}/…`; Hono has decoded what an id may have in it. */
const tenantOfPath = (c: AppContext, named: string, next: Next): Promise<Response | void> =>
  adoptTenant(c, named, () =>
    askedByBrowser(c) ? Promise.resolve(preflightAnswer(c.get("call").sharing)) : next(),
  );

/**
 * `/v1/…`: the tenant is in `X-Tenant-ID`. A preflight cannot carry that header, so every origin may ask; whether
 * its page may read the answer is then the tenant's decision.
 */
function tenantOfHeader(c: AppContext, next: Next): Promise<Response | void> {
  if (askedByBrowser(c)) return Promise.resolve(preflightAnswer(sharingOf(c, ["*"])));
  const id = c.req.raw.headers.get("X-Tenant-ID");
  if (id === null || id === "") {
    throw new FailureError("TENANT_REQUIRED", "The header X-Tenant-ID names the tenant.");
  }
  return adoptTenant(c, id, next);
}

/** Goes on at once where the tenant is remembered, as for nearly every request of a warm isolate. */
function adoptTenant(c: AppContext, text: string, goOn: Onward): Promise<Response | void> {
  const call = c.get("call");
  const { services, startedMs, background } = call;
  const { tenants } = services;
  const adopt = (tenant: Tenant | undefined): Promise<Response | void> => {
    if (tenant === undefined) {
      call.tenantMissing = true;
    } else {
      call.tenant = tenant;
      call.sharing = sharingOf(c, originsOf(tenant));
    }
    return goOn();
  };
  // Only ids of tenants are remembered.
  const known = tenants.known(text as TenantId, startedMs, background);
  if (known !== undefined) return adopt(known);
  const id = parseTenantId(text);
  // Who may not ask does not learn which tenants there are: the route's guard tells the others.
  return id === undefined ? adopt(undefined) : tenants.find(id, startedMs, background).then(adopt);
}
