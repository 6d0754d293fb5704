/** A PostgreSQL with system E's tables, and a Worker whose tenant takes its items and events from there. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { adminClient } from "../admin/admin-client.ts";
import { projectRoot } from "../run-command.ts";
import { type BootedWorker, bootWorker } from "../start/boot-worker.ts";
import { fireCrons } from "../start/fire-crons.ts";
import { step, wholeNumber } from "../start/steps.ts";
import { allIn, type SourceAnswer } from "./all-in.ts";
import { fillGifts } from "./fill-gifts.ts";
import type { GiftSize } from "./gift-data.ts";
import { rowsOfRun } from "./paced-runs.ts";
import { startPostgres } from "./postgres-cluster.ts";

export const GIFTS_TENANT = "gifts";
/** First the items, so that there is something to show; what users did comes in behind, some of it a run. */
const ITEMS = { gives: ["items"], limits: { rows: 200_000 } };
const DEEDS = { gives: ["likes", "clicks"], limits: { rows: rowsOfRun(), seconds: 120 } };

const DEEDS_SOURCE = "what-users-did";

export interface GiftSystem {
  readonly url: string;
  readonly database: string;
  readonly adminKey: string;
  /** Of the run of the source. */
  readonly counts: Readonly<Record<string, number>>;
  /** Settles when what users did is in, and lists show it. */
  allIn(): Promise<void>;
  stop(): Promise<void>;
}

export interface GiftSystemOptions {
  readonly size: GiftSize;
  readonly port: number;
  /** Of the database. The Worker's own state is in memory. */
  readonly folder?: string;
  /** What is running, to be ended whenever the caller wants; `stop` does it, too. */
  readonly parts?: AsyncDisposableStack;
  readonly onBooted?: () => void;
}

export async function startGiftSystem({
  size,
  port,
  folder = path.join(projectRoot, ".nearfeed", "gifts"),
  parts = new AsyncDisposableStack(),
  onBooted,
}: GiftSystemOptions): Promise<GiftSystem> {
  try {
    const cluster = await step("postgres", async () => {
      const started = await startPostgres(folder);
      parts.defer(() => started.stop());
      return [started.url, started];
    });
    await step("rows", async () => {
      await fillGifts(cluster, size, Date.now());
      const { items, users, likes, clicks } = size;
      const said = [`${items} items`, `${users} users`, `${likes} likes`, `${clicks} clicks`];
      return [said.map((part) => part.replace(/\d+/, (n) => wholeNumber(Number(n)))).join(", "), 0];
    });
    const adminKey = randomUUID();
    const booted = await step("worker", async () => {
      const worker = await bootWorker({
        port,
        persist: false,
        assets: false,
        quiet: true,
        vars: { ADMIN_KEY: adminKey },
        hyperdrives: { GIFTS_DB: cluster.url },
      });
      parts.defer(() => worker.dispose());
      onBooted?.();
      return [worker.url, worker];
    });
    const client = adminClient({ url: booted.url, adminKey });
    const counts = await step("source", () => importGifts(client));
    await step("pools, lists", async () => {
      const { counts: made } = await client.runJob(GIFTS_TENANT, "refresh-pools");
      await client.runJob(GIFTS_TENANT, "update-popularity");
      return [`${wholeNumber(made["items"] ?? 0)} items`, made];
    });
    await step("events", () => startEvents(client, size));
    const crons = fireCrons(booted, console.log);
    parts.defer(() => crons.stop());
    const stopped = new AbortController();
    parts.defer(() => stopped.abort());
    return {
      url: booted.url,
      database: cluster.url,
      adminKey,
      counts,
      allIn: () =>
        allIn({
          client,
          tenant: GIFTS_TENANT,
          source: DEEDS_SOURCE,
          rows: size.likes + size.clicks,
          logged: () => loggedEvents(booted.miniflare),
          writeLine: console.log,
          signal: stopped.signal,
        }),
      stop: () => parts.disposeAsync(),
    };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

const ADMIN = `/t/${GIFTS_TENANT}/admin`;

async function loggedEvents(miniflare: BootedWorker["miniflare"]): Promise<number> {
  const database = await miniflare.getD1Database("DB");
  const events = await database
    .prepare("SELECT sum(events) AS events FROM event_files WHERE tenant = ?")
    .bind(GIFTS_TENANT)
    .first<number>("events");
  return events ?? 0;
}

/** A run that did not reach the end asks for the next one itself, after ten seconds. */
async function startEvents(
  client: ReturnType<typeof adminClient>,
  { likes, clicks }: GiftSize,
): Promise<readonly [string, undefined]> {
  const body = { kind: "postgres", ...DEEDS };
  await client.ask("PUT", `${ADMIN}/sources/${DEEDS_SOURCE}`, { body });
  const rows = likes + clicks;
  const { rows: ofRun } = DEEDS.limits;
  if (rows > ofRun) {
    await client.ask("POST", `${ADMIN}/jobs/sync-sources`);
    return [`${wholeNumber(rows)} rows come in behind, ${wholeNumber(ofRun)} a run`, undefined];
  }
  const { outcome, error } = await client.runJob(GIFTS_TENANT, "sync-sources");
  if (outcome !== "succeeded") throw new Error(`sync-sources: ${outcome}: ${error}`);
  return [`${wholeNumber(rows)} rows`, undefined];
}

async function importGifts(
  client: ReturnType<typeof adminClient>,
): Promise<readonly [string, Readonly<Record<string, number>>]> {
  await client.putTenant(GIFTS_TENANT, "System E's gifts");
  const source = `${ADMIN}/sources/gifts`;
  await client.ask("PUT", source, { body: { kind: "postgres", ...ITEMS } });
  const { outcome, error } = await client.runJob(GIFTS_TENANT, "sync-sources");
  if (outcome !== "succeeded") throw new Error(`sync-sources: ${outcome}: ${error}`);
  const { last_run: run } = await client.ask<SourceAnswer>("GET", source);
  const counts = run?.counts ?? {};
  return [`${wholeNumber(counts["rows"] ?? 0)} rows, ${run?.outcome}`, counts];
}
