/** The port for API keys; D1 is the source of truth. Keys of one tenant are unknown to every other. */
import type { TenantId } from "../domain/ids.ts";
import type { ApiKey } from "./api-key.ts";

export interface ApiKeys {
  find(tenant: TenantId, id: string): Promise<ApiKey | undefined>;
  /** The tenant's keys, newest first, revoked and expired ones included. */
  list(tenant: TenantId): Promise<readonly ApiKey[]>;
  add(key: ApiKey): Promise<void>;
  /**
   * Adds the successor and lets the key that it replaces expire at `endsAtMs`, or at its own earlier time, in one
   * step. False, and nothing added, when that key is not there, revoked or expired at `nowMs`.
   */
  rotate(
    successor: ApiKey & { replaces: string },
    endsAtMs: number,
    nowMs: number,
  ): Promise<boolean>;
  /** False when there is no such key. Revoking twice keeps the first time. */
  revoke(tenant: TenantId, id: string, nowMs: number): Promise<boolean>;
  /** At most one write a minute a key, whoever asks. */
  recordUse(tenant: TenantId, id: string, nowMs: number): Promise<void>;
}

/** What a look-up of a caller's key needs. */
export type KnownKeys = Pick<ApiKeys, "find" | "recordUse">;

/** How precise `lastUsedAtMs` is. */
export const USE_RECORDED_EVERY_MS = 60_000;
