/** What every route finds in its context. */
import type { Context } from "hono";
import type { Identity } from "../access/identity.ts";
import type { Admission } from "../access/token-blocks.ts";
import type { Bindings } from "../env.ts";
import type { Background } from "../platform/background.ts";
import type { Services } from "../services.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";

/** Whether the browser that asks may let its page read the answer. */
export interface Sharing {
  /** What `Access-Control-Allow-Origin` says; undefined when it may not. */
  readonly origin: string | undefined;
}

/** One object a request. What is not read-only is found out on the way to the route, which finds it whole. */
export interface Call {
  readonly requestId: string;
  readonly startedMs: number;
  readonly services: Services;
  readonly background: Background;
  /** Over TLS. */
  readonly secure: boolean;
  /** Set for every path under `/t/{tenant}`. */
  tenant: Tenant;
  /** The path or header names a tenant that there is not. */
  tenantMissing: boolean;
  /** Nobody until the route's guard has looked. */
  identity: Identity;
  /** What the rate limits said; undefined on routes without any. */
  admission: Admission | undefined;
  /** Undefined where no browser may: then no answer depends on who asks. */
  sharing: Sharing | undefined;
}

export interface AppEnv {
  Bindings: Bindings;
  /** One object and not five variables: every read of Hono's `c.var` builds a record of them all. */
  Variables: { call: Call };
}

export type AppContext = Context<AppEnv>;
