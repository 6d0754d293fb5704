/**
 * One run of a source: reads batches, writes what changed, and remembers where to go on after each batch that is in.
 * Writing a batch twice changes nothing, so a run that dies is repeated from its last cursor. A dry run reads the
 * same and writes nothing.
 */
import { type CatalogueItem, parseItemRow } from "../catalogue/item-row.ts";
import { digestOf } from "../domain/digest.ts";
import { FailureError } from "../domain/failure.ts";
import type { ItemId, TenantId, UserId } from "../domain/ids.ts";
import { type DeletedAt, withoutDeleted } from "../events/deleted-users.ts";
import type { WatchLog } from "../users/watch-log.ts";
import { changeItems, type ChangePorts } from "./change-items.ts";
import type { EventIntake, ReadSource, SourceBatch, UserFactsIntake } from "./source-batch.ts";
import type { SourceRecord, SourceRecords, SourceRun } from "./source-records.ts";

export interface RunPorts {
  readonly records: SourceRecords;
  readonly changes: ChangePorts;
  readonly watchLog: Pick<WatchLog, "append">;
  readonly events: EventIntake;
  readonly userFacts: UserFactsIntake;
  readonly read: ReadSource;
  readonly deletedAt: DeletedAt;
  readonly clockMs: () => number;
}

export interface Samples {
  readonly added: ItemId[];
  readonly changed: ItemId[];
  readonly removed: ItemId[];
}

export interface RunReport extends SourceRun {
  readonly samples: Samples;
}

const FAULTS_LIMIT = 20;
const SAMPLES_LIMIT = 10;
/** Rows a write: 500 of 4 KB fit one D1 statement, and a batch of 2,000 short ones takes four. */
const CHUNK_ROWS = 500;
/** 16 hexadecimal digits: a row that changes unseen once in 2^64. */
const DIGEST_DIGITS = 16;

export async function runSource(
  ports: RunPorts,
  tenant: TenantId,
  source: SourceRecord,
  { dryRun }: { readonly dryRun: boolean },
): Promise<RunReport> {
  const startedAtMs = ports.clockMs();
  const run = new Run(ports, tenant, source, dryRun, startedAtMs);
  const { outcome, error } = await run.readAll();
  const report: RunReport = {
    startedAtMs,
    finishedAtMs: ports.clockMs(),
    outcome,
    counts: run.counts,
    faults: run.faults,
    samples: run.samples,
    ...(error === undefined ? {} : { error }),
  };
  const { samples: _, ...noted } = report;
  if (!dryRun) await ports.records.note(tenant, source.name, noted);
  return report;
}

class Run {
  readonly counts: Record<string, number> = { rows: 0, bytes: 0, added: 0, changed: 0, removed: 0 };
  readonly faults: string[] = [];
  readonly samples: Samples = { added: [], changed: [], removed: [] };
  readonly #ports: RunPorts;
  readonly #tenant: TenantId;
  readonly #source: SourceRecord;
  readonly #dry: boolean;
  readonly #startedMs: number;
  readonly #seen = new Set<ItemId>();
  /** The next run will begin later than this one did. */
  #progressed = false;
  /** Items do not take the place of what users did. */
  #itemRows = 0;
  #otherRows = 0;

  constructor(
    ports: RunPorts,
    tenant: TenantId,
    source: SourceRecord,
    dry: boolean,
    startedMs: number,
  ) {
    this.#ports = ports;
    this.#tenant = tenant;
    this.#source = source;
    this.#dry = dry;
    this.#startedMs = startedMs;
  }

  async readAll(): Promise<{ outcome: SourceRun["outcome"]; error?: string }> {
    const { config, cursor, name } = this.#source;
    const ask = { tenant: this.#tenant, config, cursor, dryRun: this.#dry, nowMs: this.#startedMs };
    let batches = 0;
    try {
      for await (const batch of this.#ports.read(ask)) {
        batches += 1;
        const limit = this.#limitReached(batch);
        if (limit !== undefined) {
          // A file that is too long would end here every time.
          return this.#progressed ? { outcome: "partial" } : { outcome: "failed", error: limit };
        }
        await this.#take(batch);
        if (batch.whole === true) await this.#takeOutTheRest();
        if (batch.cursor === undefined) continue;
        this.#progressed = true;
        if (!this.#dry) await this.#ports.records.goOnFrom(this.#tenant, name, batch.cursor);
      }
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      return { outcome: "failed", error: error.message };
    }
    return { outcome: batches === 0 ? "unchanged" : "succeeded" };
  }

  #limitReached(batch: SourceBatch): string | undefined {
    const { limits } = this.#source.config;
    const { items, watched, events, users } = batch;
    const others = [watched, events, users].reduce((sum, rows) => sum + (rows?.length ?? 0), 0);
    this.#itemRows += items?.length ?? 0;
    this.#otherRows += others;
    this.#count("bytes", batch.bytes);
    this.#count("rows", others + (items?.length ?? 0));
    if (Math.max(this.#itemRows, this.#otherRows) > limits.rows) {
      return `The source has more than ${limits.rows} rows.`;
    }
    if ((this.counts["bytes"] ?? 0) > limits.bytes) {
      return `The source has more than ${limits.bytes} bytes.`;
    }
    const seconds = (this.#ports.clockMs() - this.#startedMs) / 1_000;
    return seconds > limits.seconds ? `The run took more than ${limits.seconds} s.` : undefined;
  }

  async #take(batch: SourceBatch): Promise<void> {
    const { watchLog, events, userFacts } = this.#ports;
    this.#count("estimated_bytes", batch.estimatedBytes ?? 0);
    for (const fault of batch.faults ?? []) this.#fault(fault);
    for (const rows of chunks(batch.items ?? [])) await this.#takeItems(rows);
    this.#count("watched", batch.watched?.length ?? 0);
    this.#count("events", batch.events?.length ?? 0);
    this.#count("users", batch.users?.length ?? 0);
    if (this.#dry) return;
    for (const rows of chunks(batch.watched ?? [])) {
      const kept = await this.#ofLiving(rows, ({ watchedAtMs }) => watchedAtMs);
      if (kept.length > 0) await watchLog.append(this.#tenant, kept);
    }
    // Ingest asks for itself.
    for (const rows of chunks(batch.events ?? [])) await events.accept(this.#tenant, rows);
    for (const rows of chunks(batch.users ?? [])) {
      await userFacts.accept(this.#tenant, await this.#ofLiving(rows, ({ atMs }) => atMs));
    }
  }

  /** Sources read again what they had: nothing of before a deletion comes back with it. */
  async #ofLiving<Row extends { readonly user: UserId }>(
    rows: readonly Row[],
    atMs: (row: Row) => number,
  ): Promise<readonly Row[]> {
    const kept = await withoutDeleted(this.#ports.deletedAt, this.#tenant, rows, atMs);
    this.#count("of_deleted", rows.length - kept.length);
    return kept;
  }

  async #takeItems(rows: readonly unknown[]): Promise<void> {
    const items = new Map<ItemId, CatalogueItem>();
    for (const row of rows) {
      const parsed = parseItemRow(row);
      if (!parsed.ok) this.#fault(parsed.reason);
      else items.set(parsed.item.id, parsed.item);
    }
    const { records, changes } = this.#ports;
    const given = await records.given(this.#tenant, this.#source.name, [...items.keys()]);
    const upserts: CatalogueItem[] = [];
    const written: { item: ItemId; digest: string }[] = [];
    for (const [id, item] of items) {
      this.#seen.add(id);
      const digest = digestOf(JSON.stringify(item)).slice(0, DIGEST_DIGITS);
      const before = given.get(id);
      if (before === digest) continue;
      this.#sample(before === undefined ? "added" : "changed", id);
      upserts.push(item);
      written.push({ item: id, digest });
    }
    if (this.#dry || upserts.length === 0) return;
    const change = { upserts, removals: [] };
    await changeItems(changes, this.#tenant, change, this.#ports.clockMs());
    await records.give(this.#tenant, this.#source.name, written);
  }

  async #takeOutTheRest(): Promise<void> {
    const { records, changes } = this.#ports;
    const { name, config } = this.#source;
    const gone: ItemId[] = [];
    let all = 0;
    for await (const page of records.givenItems(this.#tenant, name)) {
      all += page.length;
      for (const id of page) if (!this.#seen.has(id)) gone.push(id);
    }
    if (gone.length > all * config.limits.removed_share) {
      throw new FailureError(
        "SOURCE_UNAVAILABLE",
        `${gone.length} of ${all} items are missing, which is more than removed_share allows; none was taken out.`,
      );
    }
    for (const id of gone) this.#sample("removed", id);
    if (this.#dry) return;
    for (const removals of chunks(gone)) {
      await changeItems(changes, this.#tenant, { upserts: [], removals }, this.#ports.clockMs());
      await records.takeBack(this.#tenant, name, removals);
    }
  }

  #sample(kind: keyof Samples, id: ItemId): void {
    this.#count(kind, 1);
    if (this.samples[kind].length < SAMPLES_LIMIT) this.samples[kind].push(id);
  }

  #fault(reason: string): void {
    this.#count("faults", 1);
    if (this.faults.length < FAULTS_LIMIT) this.faults.push(reason);
  }

  #count(name: string, more: number): void {
    if (more > 0) this.counts[name] = (this.counts[name] ?? 0) + more;
  }
}

function chunks<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const cut: Row[][] = [];
  for (let at = 0; at < rows.length; at += CHUNK_ROWS) cut.push(rows.slice(at, at + CHUNK_ROWS));
  return cut;
}
