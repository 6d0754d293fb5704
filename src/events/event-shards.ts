/**
 * The port for the event shards of a tenant: which events are known, and the one place where an event becomes one that
 * counts. A method throws when the shard does not answer; all are safe to repeat.
 */
import type { TenantId, UserId } from "../domain/ids.ts";
import type { LoggedEvent } from "./logged-event.ts";

export interface ShardKey {
  readonly tenant: TenantId;
  readonly shard: number;
}

export interface EventShards {
  /** Where everything that this user does is recorded. */
  shardOf(user: UserId): number;
  /** Of these ids, in any order, the ones that were not recorded in the last 9 days. */
  unknown(key: ShardKey, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Records what is not recorded yet, for good: the log and the counts have it within minutes. Returns how many. */
  record(key: ShardKey, events: readonly LoggedEvent[]): Promise<number>;
  /** Writes what waits to the log now. True: nothing waits any more. */
  flush(key: ShardKey): Promise<boolean>;
  /** The same of all shards of a tenant. */
  flushAll(tenant: TenantId): Promise<boolean>;
}
