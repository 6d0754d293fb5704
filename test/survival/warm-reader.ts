/** A reader of one isolate whose every tier is warm, and what the answers to them show. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { WorkerHandle } from "../../scripts/start/boot-worker.ts";
import { KeptPage } from "./kept-page.ts";

export const READER_ORIGIN = "https://nearfeed.test";

export interface RankedFeed {
  readonly items: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
  readonly feed_type: string;
  readonly default_reason: string | null;
}

export interface Feed {
  readonly videos: readonly string[];
  readonly meta: { readonly cache: string; readonly personalized: boolean };
}

/** One isolate, and what its readers hold. */
export interface Reader {
  readonly isolate: WorkerHandle;
  readonly tenant: string;
  readonly paceMs: number;
  /** Gets a personal feed. */
  readonly user: string;
  /** Gets a personal feed too, and has a page of `/recommend` set aside in memory. */
  readonly scroller: string;
  /** Of a personal slate that was ranked before the change. */
  readonly cursor: string;
  /** The default list, as a shared cache holds it. */
  readonly list: KeptPage;
}

/** What one round of questions to an isolate showed. */
export interface Look {
  readonly first: RankedFeed;
  readonly next: RankedFeed;
  readonly list: RankedFeed;
}

export async function load<Body>(isolate: WorkerHandle, path: string): Promise<Body> {
  const answer = await isolate.fetch(`${READER_ORIGIN}${path}`);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Body;
}

const feedPath = (tenant: string, user: string, limit: number): string =>
  `/t/${tenant}/v1/feed?user_hash=${user}&limit=${limit}`;

export async function lookAt({ isolate, tenant, user, cursor, list }: Reader): Promise<Look> {
  const [first, next, kept] = await Promise.all([
    load<RankedFeed>(isolate, feedPath(tenant, user, 50)),
    load<RankedFeed>(isolate, `${feedPath(tenant, user, 50)}&cursor=${cursor}`),
    list.load(),
  ]);
  return { first, next, list: JSON.parse(kept) as RankedFeed };
}

export const recommendPath = (tenant: string, user: string): string =>
  `/t/${tenant}/recommend/${user}?count=10`;

/**
 * Users of its own: one with a slate under way, one with a page set aside in memory, one whose default list a shared
 * cache keeps. Needs a tenant whose rollout covers some users only.
 */
export async function aWarmReader(
  isolate: WorkerHandle,
  tenant: string,
  paceMs: number,
): Promise<Reader> {
  const user = await someone(isolate, tenant, "cold_start");
  const scroller = await someone(isolate, tenant, "cold_start");
  const other = await someone(isolate, tenant, "default");
  const first = await load<RankedFeed>(isolate, feedPath(tenant, user, 10));
  const list = new KeptPage((headers) =>
    isolate.fetch(`${READER_ORIGIN}${feedPath(tenant, other, 50)}`, { headers }),
  );
  await list.load();
  await setAside(isolate, tenant, scroller);
  return { isolate, tenant, user, scroller, cursor: first.next_cursor ?? "", list, paceMs };
}

/** A new user who gets this type of feed: a hash decides, which the test need not know. */
async function someone(isolate: WorkerHandle, tenant: string, type: string): Promise<string> {
  for (let attempt = 0; attempt < 64; attempt += 1) {
    const user = `user-${randomUUID()}`;
    const feed = await load<RankedFeed>(isolate, feedPath(tenant, user, 1));
    if (feed.feed_type === type) return user;
  }
  throw new Error(`nobody gets a feed of type ${type}`);
}

/** Scrolls until a page comes from memory; behind it the next one is set aside, too. */
async function setAside(isolate: WorkerHandle, tenant: string, user: string): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    const { meta } = await load<Feed>(isolate, recommendPath(tenant, user));
    await pause(150);
    if (meta.cache === "l1") return;
  }
  throw new Error("no page was set aside");
}
