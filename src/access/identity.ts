/** Who calls, once that is known. */
import type { TenantId, UserId } from "../domain/ids.ts";
import type { Role } from "../domain/roles.ts";

export interface Identity {
  readonly kind: "anonymous" | "key" | "token" | "operator";
  readonly roles: readonly Role[];
  /** Absent for those who act for every tenant, or for none. */
  readonly tenant?: TenantId;
  /** The one user that this identity speaks for. */
  readonly user?: UserId;
  /** For records of who did what: `key:…`, `token:…`, `operator`, `anonymous`. Never a secret. */
  readonly name: string;
}

export const NOBODY: Identity = { kind: "anonymous", roles: [], name: "anonymous" };

/** Anybody, where a demo is open: reads and writes feeds, and runs nothing. */
export const OPEN_ANONYMOUS: Identity = {
  kind: "anonymous",
  roles: ["service"],
  name: "anonymous",
};

export const OPERATOR: Identity = { kind: "operator", roles: ["operator"], name: "operator" };
