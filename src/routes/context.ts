/** What every route finds in its context. */
import type { Context } from "hono";
import type { Bindings } from "../env.ts";
import type { Background } from "../platform/background.ts";
import type { Services } from "../services.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";

export interface Call {
  readonly requestId: string;
  readonly startedMs: number;
  readonly services: Services;
  readonly background: Background;
  /** Set for every path under `/t/{tenant}`. */
  readonly tenant: Tenant;
}

export interface AppEnv {
  Bindings: Bindings;
  /** One object and not five variables: every read of Hono's `c.var` builds a record of them all. */
  Variables: { call: Call };
}

export type AppContext = Context<AppEnv>;
