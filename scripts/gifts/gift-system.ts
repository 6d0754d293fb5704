/** A PostgreSQL with system E's tables, and a Worker whose tenant takes its items and events from there. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { adminClient } from "../admin/admin-client.ts";
import { projectRoot } from "../run-command.ts";
import { bootWorker } from "../start/boot-worker.ts";
import { fireCrons } from "../start/fire-crons.ts";
import { step, wholeNumber } from "../start/steps.ts";
import { fillGifts } from "./fill-gifts.ts";
import type { GiftSize } from "./gift-data.ts";
import { startPostgres } from "./postgres-cluster.ts";

export const GIFTS_TENANT = "gifts";
/** First the items, so that there is something to show; what users did comes in behind, some of it a run. */
const SOURCES = {
  gifts: { gives: ["items"], limits: { rows: 200_000 } },
  "what-users-did": {
    gives: ["likes", "clicks"],
    limits: { rows: 50_000, seconds: 120 },
  },
} as const;

export interface GiftSystem {
  readonly url: string;
  readonly database: string;
  readonly adminKey: string;
  /** Of the run of the source. */
  readonly counts: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

export interface GiftSystemOptions {
  readonly size: GiftSize;
  readonly port: number;
  /** Of the database. The Worker's own state is in memory. */
  readonly folder?: string;
}

interface SourceAnswer {
  readonly last_run: {
    readonly outcome: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly error: string | null;
  } | null;
}

export async function startGiftSystem({
  size,
  port,
  folder = path.join(projectRoot, ".nearfeed", "gifts"),
}: GiftSystemOptions): Promise<GiftSystem> {
  const cluster = await step("postgres", async () => {
    const started = await startPostgres(folder);
    return [started.url, started];
  });
  try {
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
      return [worker.url, worker];
    });
    try {
      const client = adminClient({ url: booted.url, adminKey });
      const counts = await step("source", () => importGifts(client));
      await step("pools", async () => {
        const run = await client.runJob(GIFTS_TENANT, "refresh-pools");
        return [`${wholeNumber(run.counts["items"] ?? 0)} items`, run];
      });
      await step("events", () => startEvents(client, size));
      const crons = fireCrons(booted.worker, booted.crons, console.log);
      const stop = async (): Promise<void> => {
        crons.stop();
        await booted.dispose();
        await cluster.stop();
      };
      return { url: booted.url, database: cluster.url, adminKey, counts, stop };
    } catch (error) {
      await booted.dispose();
      throw error;
    }
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

const ADMIN = `/t/${GIFTS_TENANT}/admin`;

/** A run that did not reach the end asks for the next one itself, after ten seconds. */
async function startEvents(
  client: ReturnType<typeof adminClient>,
  { likes, clicks }: GiftSize,
): Promise<readonly [string, undefined]> {
  const name = "what-users-did";
  const body = { kind: "postgres", ...SOURCES[name] };
  await client.ask("PUT", `${ADMIN}/sources/${name}`, { body });
  const rows = likes + clicks;
  if (rows > body.limits.rows) {
    await client.ask("POST", `${ADMIN}/jobs/sync-sources`);
    return [`${wholeNumber(rows)} rows come in behind, 50,000 a run`, undefined];
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
  await client.ask("PUT", source, { body: { kind: "postgres", ...SOURCES.gifts } });
  const { outcome, error } = await client.runJob(GIFTS_TENANT, "sync-sources");
  if (outcome !== "succeeded") throw new Error(`sync-sources: ${outcome}: ${error}`);
  const { last_run: run } = await client.ask<SourceAnswer>("GET", source);
  const counts = run?.counts ?? {};
  return [`${wholeNumber(counts["rows"] ?? 0)} rows, ${run?.outcome}`, counts];
}
