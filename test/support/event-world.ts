/** Event shards in memory with everything around them that can fail, for tests of what counts. */
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { countEvents, type EventCounts } from "../../src/events/count-events.ts";
import {
  type CountLedger,
  type EventFile,
  type EventLog,
  flushFile,
  recordEvents,
  unknownIds,
} from "../../src/events/event-desk.ts";
import type { EventShards, ShardKey } from "../../src/events/event-shards.ts";
import { readLogLines } from "../../src/events/logged-event.ts";
import { MemoryShardRecords } from "../../src/events/memory-shard-records.ts";
import type { EventType, UserEvent } from "../../src/events/user-event.ts";
import { tenantConfigSchema } from "../../src/tenants/tenant-config.ts";
import type { Tenant } from "../../src/tenants/tenant-registry.ts";

export const aTenant: Tenant = {
  id: "acme" as TenantId,
  version: 1,
  config: tenantConfigSchema.parse({ name: "Acme" }),
};

export const anEvent = (
  id: string,
  fields: {
    readonly user?: string;
    readonly item?: string;
    readonly type?: EventType;
    readonly atMs?: number;
  } = {},
): UserEvent => ({
  id,
  type: fields.type ?? "like",
  user: (fields.user ?? "ann") as UserId,
  item: (fields.item ?? "v1") as ItemId,
  atMs: fields.atMs ?? 1_790_000_000_000,
});

class Stop extends Error {}

/** `fails` is asked before and after every step: the step is not done, or done and nobody hears of it. */
export class EventWorld implements EventShards {
  readonly #fails: (step: string) => boolean;
  readonly #shards = [new MemoryShardRecords(), new MemoryShardRecords()];
  readonly files = new Map<string, string>();
  readonly rows = new Map<string, EventFile>();
  readonly counts: EventCounts[] = [];
  nowMs = 1_790_000_100_000;

  constructor(fails: (step: string) => boolean = () => false) {
    this.#fails = fails;
  }

  /** Does the work unless it fails before or after. */
  step<Result>(name: string, work: () => Result): Result {
    if (this.#fails(name)) throw new Stop(`before ${name}`);
    const result = work();
    if (this.#fails(name)) throw new Stop(`after ${name}`);
    return result;
  }

  shardOf(user: UserId): number {
    return user.length % 2;
  }

  async unknown({ shard }: ShardKey, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.step("ask", () => new Set(unknownIds(this.#of(shard), ids)));
  }

  async record({ shard }: ShardKey, events: Parameters<EventShards["record"]>[1]): Promise<number> {
    return this.step("record", () => recordEvents(this.#of(shard), events, this.nowMs));
  }

  async flush(key: ShardKey): Promise<boolean> {
    const log: EventLog = {
      put: async (name, text) => {
        this.step("log", () => {
          const written = this.files.get(name);
          if (written !== undefined && written !== text) throw new Error(`${name} was changed`);
          this.files.set(name, text);
        });
      },
      read: async (name) => this.files.get(name),
    };
    const ledger: CountLedger = {
      add: async (file, counts) =>
        this.step("count", () => {
          if (this.rows.has(file.name)) return "known" as const;
          this.rows.set(file.name, file);
          this.counts.push(counts);
          return "added" as const;
        }),
    };
    const records = this.#of(key.shard);
    while ((await flushFile(records, { log, ledger }, key, this.nowMs)) === "flushed") {
      // Until nothing waits.
    }
    return true;
  }

  async flushAll(tenant: TenantId): Promise<boolean> {
    for (const shard of this.#shards.keys()) await this.flush({ tenant, shard });
    return true;
  }

  waiting(): number {
    return this.#shards.reduce((sum, records) => sum + records.waiting().entries, 0);
  }

  /** Ids in the log, as often as they are there. */
  logged(): readonly string[] {
    return [...this.rows.keys()].flatMap((name) =>
      [...readLogLines(this.files.get(name) ?? "")].map(({ id }) => id),
    );
  }

  /** What the ledger adds up to. */
  total(): number {
    return this.counts.flatMap(({ days }) => days).reduce((sum, { count }) => sum + count, 0);
  }

  /** Whether every row of the ledger is what its file says. */
  agrees(): boolean {
    return [...this.rows.values()].every((file, at) => {
      const again = countEvents(readLogLines(this.files.get(file.name) ?? ""));
      return JSON.stringify(again.counts) === JSON.stringify(this.counts[at]);
    });
  }

  #of(shard: number): MemoryShardRecords {
    const records = this.#shards[shard];
    if (records === undefined) throw new Error(`there is no shard ${shard}`);
    return records;
  }
}
