/**
 * The port for imported watch history: rows wait here until the watched-filter sync has put them into the
 * users' state.
 */
import type { ItemId, TenantId, UserId } from "../domain/ids.ts";

export interface WatchedRow {
  readonly user: UserId;
  readonly item: ItemId;
  readonly watchedAtMs: number;
}

export interface WatchedBatch {
  readonly user: UserId;
  readonly items: readonly ItemId[];
}

export interface WatchLog {
  /** Adds rows; one that is there already stays as it is. */
  append(tenant: TenantId, rows: readonly WatchedRow[]): Promise<void>;
  /** Rows not yet synced, grouped by user: at most `limit` rows. */
  unsynced(tenant: TenantId, limit: number): Promise<readonly WatchedBatch[]>;
  confirm(tenant: TenantId, batch: WatchedBatch): Promise<void>;
}
