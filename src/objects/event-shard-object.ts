/**
 * A Durable Object that is the one place where an event of its users becomes one that counts. A recorded event is on
 * disk before it is acknowledged, and stays there until the log in R2 and the counts in D1 have it.
 */
import { DurableObject } from "cloudflare:workers";
import type { TenantId } from "../domain/ids.ts";
import type { Bindings } from "../env.ts";
import { D1CountLedger } from "../events/d1-count-ledger.ts";
import type { EventShard } from "../events/durable-event-shards.ts";
import {
  dropOldIds,
  type EventSinks,
  flushFile,
  recordEvents,
  unknownIds,
} from "../events/event-desk.ts";
import type { ShardKey } from "../events/event-shards.ts";
import type { LoggedEvent } from "../events/logged-event.ts";
import { R2EventLog } from "../events/r2-event-log.ts";
import { SqliteShardRecords } from "../events/sqlite-shard-records.ts";
import { consoleLog } from "../observability/log.ts";

/** What comes after a pause is in the log so soon. */
const FLUSH_AFTER_MS = 10_000;
/**
 * A busy shard writes so often: 1,152 files a day of 4 shards, which a deletion or an export of a user reads one by one, and
 * the counts of an item are one row of D1 for all that time. Jobs that read either have it written first.
 */
const FLUSH_EVERY_MS = 300_000;
/** Or as soon as so much waits: a file of the log is 4 MB, and some more comes until it is written. */
const FLUSH_CHARACTERS = 3_000_000;
/** R2 or D1 is away. */
const RETRY_AFTER_MS = 15_000;
const SWEEP_EVERY_MS = 86_400_000;

export class EventShardObject
  extends DurableObject<Pick<Bindings, "DB" | "EVENT_LOG">>
  implements EventShard
{
  readonly #records: SqliteShardRecords;
  readonly #sinks: EventSinks;
  #wakeAtMs: number | null | undefined;
  /** Since the last alarm; what it leaves out is on disk all the same. */
  #charactersWaiting = 0;
  #flushedMs = 0;

  constructor(state: DurableObjectState, env: Pick<Bindings, "DB" | "EVENT_LOG">) {
    super(state, env);
    this.#records = new SqliteShardRecords(state.storage);
    this.#sinks = { log: new R2EventLog(env.EVENT_LOG), ledger: new D1CountLedger(env.DB) };
  }

  unknown(ids: readonly string[]): readonly string[] {
    return unknownIds(this.#records, ids);
  }

  async record(key: ShardKey, events: readonly LoggedEvent[]): Promise<number> {
    const nowMs = Date.now();
    const { kv } = this.ctx.storage;
    if (kv.get("key") === undefined) kv.put("key", key);
    const recorded = recordEvents(this.#records, events, nowMs);
    if (recorded === 0) return 0;
    // About as many as there will be: the exact number would be another query.
    this.#charactersWaiting += recorded * 150;
    const soonMs = Math.max(nowMs + FLUSH_AFTER_MS, this.#flushedMs + FLUSH_EVERY_MS);
    await this.#wake(this.#charactersWaiting >= FLUSH_CHARACTERS ? nowMs : soonMs);
    return recorded;
  }

  async flush(key: ShardKey): Promise<boolean> {
    // Before it is done: what comes meanwhile is of the next five minutes.
    if (this.#records.waiting().entries > 0) this.#flushedMs = Date.now();
    while ((await flushFile(this.#records, this.#sinks, key, Date.now())) === "flushed") {
      // Until nothing waits.
    }
    const { entries, characters } = this.#records.waiting();
    this.#charactersWaiting = characters;
    return entries === 0;
  }

  override async alarm(): Promise<void> {
    this.#wakeAtMs = null;
    const key = this.#key();
    const nowMs = Date.now();
    if (key !== undefined) {
      try {
        await this.flush(key);
      } catch (error) {
        consoleLog.warn("events wait for the log", { ...key, error });
        await this.#wake(nowMs + RETRY_AFTER_MS);
        return;
      }
    }
    this.#sweep(nowMs);
    await this.#wake(nowMs + SWEEP_EVERY_MS);
  }

  #key(): ShardKey | undefined {
    return this.ctx.storage.kv.get<{ tenant: TenantId; shard: number }>("key");
  }

  #sweep(nowMs: number): void {
    const { kv } = this.ctx.storage;
    if (nowMs - (kv.get<number>("swept") ?? 0) < SWEEP_EVERY_MS) return;
    dropOldIds(this.#records, nowMs);
    kv.put("swept", nowMs);
  }

  /** The earlier of the two. */
  async #wake(wantedMs: number): Promise<void> {
    const { storage } = this.ctx;
    if (this.#wakeAtMs === undefined) this.#wakeAtMs = await storage.getAlarm();
    if (this.#wakeAtMs !== null && this.#wakeAtMs <= wantedMs) return;
    this.#wakeAtMs = wantedMs;
    await storage.setAlarm(wantedMs);
  }
}
