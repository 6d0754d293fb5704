/** One deletion of a user: what every store had, and how far it is. */
import { digestOf } from "../domain/digest.ts";
import type { DeletedAt } from "../events/deleted-users.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import type { UserKey } from "../users/user-store.ts";

/**
 * `done`: looked into, and nothing is there. `pending`: not yet. `ends`: cannot be looked into; nothing of it is served,
 * and all of it is gone by `untilMs`. `kept`: the tenant's own, as a key that names the user.
 */
export type StoreState = "done" | "pending" | "ends" | "kept";

export interface StoreEntry {
  readonly store: string;
  readonly state: StoreState;
  /** Rows, entries or events that were removed. */
  readonly count: number;
  readonly untilMs?: number;
}

/** Shard and number of the last file that was read. */
export type LogCursor = readonly [shard: number, seq: number];

/** In an address. */
export const writeCursor = ([shard, seq]: LogCursor): string => `${shard}-${seq}`;

export const CURSOR = /^(\d{1,9})-(\d{1,15})$/;

export function readCursor(text: string): LogCursor | undefined {
  const [, shard, seq] = CURSOR.exec(text) ?? [];
  return shard === undefined || seq === undefined ? undefined : [Number(shard), Number(seq)];
}

export interface Deletion {
  readonly tenant: TenantId;
  readonly receipt: string;
  readonly userDigest: string;
  /** Undefined once it is complete. */
  readonly user?: UserId;
  readonly deletedAtMs: number;
  readonly settledAtMs?: number;
  readonly logCursor?: LogCursor;
  readonly completedAtMs?: number;
  readonly stores: readonly StoreEntry[];
}

/** The port for receipts, which are tombstones as well. */
export interface Deletions {
  keep(deletion: Deletion): Promise<void>;
  find(tenant: TenantId, receipt: string): Promise<Deletion | undefined>;
  /** Those not complete, oldest first. */
  pending(tenant: TenantId, limit: number): Promise<readonly Deletion[]>;
  readonly deletedAt: DeletedAt;
  /** Receipts that were completed before then. Returns how many. */
  dropCompleted(tenant: TenantId, beforeMs: number): Promise<number>;
}

export const userDigestOf = ({ tenant, user }: UserKey): string => digestOf(`${tenant}\n${user}`);

/** Of what the receipt says: the same receipt read later has the same digest, or says something else. */
export function receiptDigest({ receipt, userDigest, deletedAtMs, stores }: Deletion): string {
  const said = stores.map(({ store, state, count, untilMs }) => [
    store,
    state,
    count,
    untilMs ?? 0,
  ]);
  return digestOf(JSON.stringify([receipt, userDigest, deletedAtMs, said]));
}

/** With what is known of one store; its counts add up. */
export function withStore(
  stores: readonly StoreEntry[],
  { store, state, count, untilMs }: StoreEntry,
): readonly StoreEntry[] {
  const before = stores.find((entry) => entry.store === store);
  const end = untilMs ?? before?.untilMs;
  const entry: StoreEntry = {
    store,
    state,
    count: (before?.count ?? 0) + count,
    ...(end === undefined ? {} : { untilMs: end }),
  };
  if (before === undefined) return [...stores, entry];
  return stores.map((known) => (known === before ? entry : known));
}

/** What ends by itself, and has. */
export const withEnded = (stores: readonly StoreEntry[], nowMs: number): readonly StoreEntry[] =>
  stores.map((entry) =>
    entry.state === "ends" && nowMs >= (entry.untilMs ?? 0)
      ? { ...entry, state: "done" as const }
      : entry,
  );

export const isComplete = (stores: readonly StoreEntry[]): boolean =>
  stores.every(({ state }) => state === "done" || state === "kept");
