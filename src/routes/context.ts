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

export interface Call {
  readonly requestId: string;
  readonly startedMs: number;
  readonly services: Services;
  readonly background: Background;
  /** Set for every path under `/t/{tenant}`. */
  readonly tenant: Tenant;
  /** The path or header names a tenant that there is not. */
  readonly tenantMissing?: boolean;
  /** Nobody until the route's guard has looked. */
  readonly identity: Identity;
  /** What the rate limits said; absent on routes without any. */
  readonly admission?: Admission | undefined;
  /** Absent where no browser may: then no answer depends on who asks. */
  readonly sharing?: Sharing | undefined;
  /** Over TLS. */
  readonly secure: boolean;
}

export interface AppEnv {
  Bindings: Bindings;
  /** One object and not five variables: every read of Hono's `c.var` builds a record of them all. */
  Variables: { call: Call };
}

export type AppContext = Context<AppEnv>;
