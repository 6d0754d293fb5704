/** A Durable Object that keeps one shard of an owner's cached values: the embedded L2. Losing it is no failure. */
import { DurableObject } from "cloudflare:workers";
import type { CacheShelf } from "../cache/durable-tier.ts";
import { SqliteShelf } from "../cache/sqlite-shelf.ts";
import type { CacheEntry } from "../cache/tier.ts";

/** Ended entries cost room and nothing else, so they are swept together. */
const SWEEP_EVERY_MS = 60_000;
/** The pause between two batches of one sweep. */
const NEXT_BATCH_MS = 100;

export class CacheObject extends DurableObject implements CacheShelf {
  readonly #shelf: SqliteShelf;
  /** Known to be set, without asking storage. */
  #sweeping = false;

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#shelf = new SqliteShelf(state.storage.sql);
  }

  find(key: string): CacheEntry | undefined {
    return this.#shelf.find(key);
  }

  async keep(key: string, entry: CacheEntry): Promise<void> {
    this.#shelf.keep(key, entry);
    if (this.#sweeping) return;
    this.#sweeping = true;
    if ((await this.ctx.storage.getAlarm()) !== null) return;
    await this.ctx.storage.setAlarm(Date.now() + SWEEP_EVERY_MS);
  }

  drop(key: string): void {
    this.#shelf.drop(key);
  }

  keysWith(text: string): readonly string[] {
    return this.#shelf.keysWith(text);
  }

  override async alarm(): Promise<void> {
    const nowMs = Date.now();
    const nextMs = this.#shelf.sweep(nowMs);
    this.#sweeping = nextMs !== undefined;
    if (nextMs === undefined) return;
    const pauseMs = nextMs <= nowMs ? NEXT_BATCH_MS : SWEEP_EVERY_MS;
    await this.ctx.storage.setAlarm(Math.max(nextMs, nowMs + pauseMs));
  }
}
