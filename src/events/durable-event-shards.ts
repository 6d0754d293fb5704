/** Event shards as Durable Objects, named `<tenant>/<shard>`. */
import { FailureError } from "../domain/failure.ts";
import { hash32 } from "../domain/hash.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import { withDeadline } from "../platform/deadline.ts";
import type { EventShards, ShardKey } from "./event-shards.ts";
import type { LoggedEvent } from "./logged-event.ts";

/** What an event shard answers over RPC. It learns its own name from the first call that records. */
export interface EventShard {
  unknown(ids: readonly string[]): readonly string[];
  record(key: ShardKey, events: readonly LoggedEvent[]): Promise<number>;
  flush(key: ShardKey): Promise<boolean>;
}

export type EventShardNamespace = DurableObjectNamespace<EventShard & Rpc.DurableObjectBranded>;
type Stub = ReturnType<EventShardNamespace["get"]>;

/** A shard behind a cold start answers within 1 s; nobody but a queue waits for it. */
const DEADLINE_MS = 10_000;
/** A seed of its own: users of one shard of L2 are not users of one shard of events. */
const SEED = 0x6e766e74;

export interface DurableEventShardsSettings {
  readonly namespace: EventShardNamespace;
  /** Objects per tenant. Changing it forgets which events are known: a repeated one may count twice that day. */
  readonly shards: number;
}

export class DurableEventShards implements EventShards {
  readonly #settings: DurableEventShardsSettings;

  constructor(settings: DurableEventShardsSettings) {
    this.#settings = settings;
  }

  shardOf(user: UserId): number {
    return hash32(user, SEED) % this.#settings.shards;
  }

  async unknown(key: ShardKey, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await this.#ask(key, async (stub) => await stub.unknown(ids)));
  }

  record(key: ShardKey, events: readonly LoggedEvent[]): Promise<number> {
    return this.#ask(key, async (stub) => await stub.record(key, events));
  }

  flush(key: ShardKey): Promise<boolean> {
    return this.#ask(key, async (stub) => await stub.flush(key));
  }

  async flushAll(tenant: TenantId): Promise<boolean> {
    const shards = Array.from({ length: this.#settings.shards }, (_, shard) => shard);
    const flushed = await Promise.all(shards.map((shard) => this.flush({ tenant, shard })));
    return flushed.every(Boolean);
  }

  async #ask<Answer>(
    { tenant, shard }: ShardKey,
    work: (stub: Stub) => Promise<Answer>,
  ): Promise<Answer> {
    const { namespace } = this.#settings;
    try {
      const stub = namespace.get(namespace.idFromName(`${tenant}/${shard}`));
      return await withDeadline(work(stub), DEADLINE_MS);
    } catch (error) {
      throw new FailureError("EVENTS_UNAVAILABLE", "The store of events did not answer.", {
        cause: error,
      });
    }
  }
}
