/** Waits until what users did is logged and counted, and has the lists made of it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { AdminClient } from "../admin/admin-client.ts";
import { wholeNumber } from "../start/steps.ts";

export interface AllInAsk {
  readonly client: AdminClient;
  readonly tenant: string;
  readonly source: string;
  /** Of the database: each becomes one event. */
  readonly rows: number;
  /** Events of the tenant that the log has. */
  readonly logged: () => Promise<number>;
  readonly writeLine: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface SourceAnswer {
  readonly last_run: {
    readonly outcome: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly error: string | null;
  } | null;
}

const ASK_EVERY_MS = 5_000;
/** Runs follow one another after 12 s. */
const QUIET_MS = 30_000;
const SAY_EVERY_MS = 120_000;
/** A source whose run failed is run again by its cron, every 15 minutes. */
const STILL_LIMIT_MS = 20 * 60_000;

/** Throws when nothing more comes in. */
export async function allIn(ask: AllInAsk): Promise<void> {
  const { client, tenant, source, rows, logged, writeLine, signal } = ask;
  let [before, cameMs, saidMs] = [0, Date.now(), Date.now()];
  for (;;) {
    // Miniflare asks the database over a connection that workerd may just have closed: the next time will do.
    const now = await logged().catch(() => before);
    if (now >= rows) break;
    if (now > before) [before, cameMs] = [now, Date.now()];
    // Shards that are not full write every five minutes, and before this job reads.
    else if (Date.now() - cameMs > QUIET_MS) await client.runJob(tenant, "update-popularity");
    const path = `/t/${tenant}/admin/sources/${source}`;
    const { last_run: run } = await client.ask<SourceAnswer>("GET", path);
    const said = `${wholeNumber(now)} of ${wholeNumber(rows)} rows are in${run?.error ? `; the last run failed: ${run.error}` : ""}`;
    if (Date.now() - cameMs > STILL_LIMIT_MS) throw new Error(`${said}, and no more come.`);
    if (Date.now() - saidMs > SAY_EVERY_MS) {
      writeLine(`  ${said}`);
      saidMs = Date.now();
    }
    await sleep(ASK_EVERY_MS, undefined, { signal });
  }
  writeLine(`  all ${wholeNumber(rows)} rows are in; lists are made of them`);
  for (const job of ["update-popularity", "update-similarities"] as const) {
    let outcome: string;
    // A run that the cron began may have begun before the last row.
    do {
      const run = await client.runJob(tenant, job);
      if (run.outcome === "failed") throw new Error(`${job}: ${run.error}`);
      ({ outcome } = run);
    } while (outcome === "skipped");
  }
  writeLine("  popular and personalized lists show what users did");
}
