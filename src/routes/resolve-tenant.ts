/** Finds the tenant of a request, and with it which browsers may read the answer. */
import type { Next } from "hono";
import { originsOf } from "../access/tenant-access.ts";
import { FailureError } from "../domain/failure.ts";
import { parseTenantId, type TenantId } from "../domain/ids.ts";
import type { AppContext } from "./context.ts";
import { askedByBrowser, preflightAnswer, sharingOf } from "./cors.ts";

/** `/t/{tenant}/…` */
export async function tenantOfPath(c: AppContext, next: Next): Promise<Response | void> {
  await adoptTenant(c, c.req.param("tenant") ?? "");
  if (askedByBrowser(c)) return preflightAnswer(c.get("call").sharing);
  return next();
}

/**
 * `/v1/…`: the tenant is in `X-Tenant-ID`. A preflight cannot carry that header, so every origin may ask; whether
 * its page may read the answer is then the tenant's decision.
 */
export async function tenantOfHeader(c: AppContext, next: Next): Promise<Response | void> {
  if (askedByBrowser(c)) return preflightAnswer(sharingOf(c, ["*"]));
  const id = c.req.raw.headers.get("X-Tenant-ID");
  if (id === null || id === "") {
    throw new FailureError("TENANT_REQUIRED", "The header X-Tenant-ID names the tenant.");
  }
  await adoptTenant(c, id);
  return next();
}

function adoptTenant(c: AppContext, text: string): Promise<void> | undefined {
  const call = c.get("call");
  const { services, startedMs, background } = call;
  const { tenants } = services;
  // Without a promise, as for nearly every request of a warm isolate. Only ids of tenants are remembered.
  const known = tenants.known(text as TenantId, startedMs, background);
  if (known !== undefined) {
    c.set("call", { ...call, tenant: known, sharing: sharingOf(c, originsOf(known)) });
    return undefined;
  }
  const id = parseTenantId(text);
  // Who may not ask does not learn which tenants there are: the route's guard tells the others.
  if (id === undefined) {
    c.set("call", { ...call, tenantMissing: true });
    return undefined;
  }
  return tenants.find(id, startedMs, background).then((tenant) => {
    if (tenant === undefined) c.set("call", { ...call, tenantMissing: true });
    else c.set("call", { ...call, tenant, sharing: sharingOf(c, originsOf(tenant)) });
  });
}
