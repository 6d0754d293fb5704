/**
 * A change of a record reaches every isolate within 5 s, whatever traffic each has and whatever its caches hold: five
 * isolates over one D1, all warm; the first makes the change, the others are asked at a pace of their own, through a
 * shared cache where they allow one.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, it } from "vitest";
import { adminClient } from "../../scripts/admin/admin-client.ts";
import { type BootedWorker, bootWorker } from "../../scripts/start/boot-worker.ts";
import {
  aWarmReader,
  type Feed,
  type Look,
  load,
  lookAt,
  READER_ORIGIN,
  type RankedFeed,
  type Reader,
  recommendPath,
} from "./warm-reader.ts";

const TENANT = "acme";
const ADMIN_KEY = randomUUID();
const ITEMS = 400;
const DAY_MS = 86_400_000;

const PROMISED_MS = 5_000;
/** After that the old state must not come back. */
const WATCHED_MS = 6_500;
/** How often each of the other isolates is asked. The last idles until the promise is about to be due. */
const PACES_MS = [50, 700, 2_100, 4_200] as const;
const CONFIG = `/t/${TENANT}/admin/config`;

const nameOf = (rank: number): string => `item-${String(rank).padStart(3, "0")}`;

const holdsAny = (ids: readonly string[], excluded: ReadonlySet<string>): boolean =>
  ids.some((id) => excluded.has(id));

const idsOf = ({ items }: RankedFeed): readonly string[] => items.map(({ id }) => id);

describe("a change of a record, on four other isolates", () => {
  let booted: BootedWorker | undefined;
  const worker = (): BootedWorker => {
    if (booted === undefined) throw new Error("not started");
    return booted;
  };

  const change = async (method: "PUT" | "PATCH", path: string, body: unknown): Promise<void> => {
    const answer = await worker().worker.fetch(`${READER_ORIGIN}${path}`, {
      method,
      headers: { Authorization: `Bearer ${ADMIN_KEY}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    await answer.text();
  };

  const warmReaders = (): Promise<readonly Reader[]> =>
    Promise.all(
      worker().siblings.map((isolate, at) => aWarmReader(isolate, TENANT, PACES_MS[at] ?? 0)),
    );

  /**
   * Time from the change to the first answer that shows it; undefined when one shows the old state later, or none
   * shows the change.
   */
  const shownAfterMs = async (
    reader: Reader,
    changedMs: number,
    shows: (look: Look) => boolean,
  ): Promise<number | undefined> => {
    let shownMs: number | undefined;
    for (let turn = 1; turn * reader.paceMs <= WATCHED_MS; turn += 1) {
      await pause(Math.max(0, changedMs + turn * reader.paceMs - performance.now()));
      if (!shows(await lookAt(reader))) {
        if (shownMs !== undefined) return undefined;
      } else shownMs ??= performance.now() - changedMs;
    }
    return shownMs;
  };

  /** Times in ms until each isolate shows the change, in the order of their paces. */
  const spread = async (
    readers: readonly Reader[],
    path: string,
    patch: unknown,
    shows: (look: Look) => boolean,
  ): Promise<readonly (number | undefined)[]> => {
    for (const reader of readers) {
      if (shows(await lookAt(reader))) throw new Error("it shows already");
    }
    const changedMs = performance.now();
    await change("PATCH", path, patch);
    const times = await Promise.all(
      readers.map((reader) => shownAfterMs(reader, changedMs, shows)),
    );
    const shown = times.map((ms, at) => `${PACES_MS[at]} ms: ${ms?.toFixed(0) ?? "never"} ms`);
    const text = JSON.stringify(patch).slice(0, 70);
    console.log(`${text} shown at a pace of ${shown.join(", ")}`);
    return times;
  };

  beforeAll(async () => {
    booted = await bootWorker({
      persist: false,
      assets: false,
      quiet: true,
      siblings: PACES_MS.length,
      vars: { ADMIN_KEY },
    });
    await change("PUT", CONFIG, {
      name: "Acme",
      rollout_pct: 50,
      filters: { geography: "any" },
      rate_limits: { user_requests_per_minute: 100_000, user_refreshes_per_second: 1_000 },
    });
    const client = adminClient({ url: booted.url, adminKey: ADMIN_KEY });
    const rows = Array.from({ length: ITEMS }, (_, rank) =>
      JSON.stringify({
        id: nameOf(rank),
        title: `Title ${rank}`,
        views: (ITEMS - rank) * 1_000,
        // The most popular items are the oldest.
        published_at: Date.now() - (ITEMS - rank) * 0.2 * DAY_MS,
      }),
    );
    await client.postRows(TENANT, "items", rows.join("\n"));
    const run = await client.runJob(TENANT, "refresh-pools");
    if (run.outcome !== "succeeded") throw new Error(`no pools were built: ${run.error}`);
  });
  afterAll(async () => {
    await booted?.dispose();
  });

  const within =
    (limitMs: number) =>
    (times: readonly (number | undefined)[]): boolean =>
      times.length === PACES_MS.length && times.every((ms) => ms !== undefined && ms <= limitMs);

  const killed = ({ first, next }: Look): boolean =>
    [first, next].every(
      ({ feed_type: type, default_reason: reason }) =>
        type === "default" && reason === "kill_switch",
    );

  it("is the tenant's kill switch, on and off", async ({ expect }) => {
    const readers = await warmReaders();
    expect(await spread(readers, CONFIG, { kill_switch: true }, killed)).toSatisfy(
      within(PROMISED_MS),
    );
    for (const { isolate, scroller } of readers) {
      expect(await load<Feed>(isolate, recommendPath(TENANT, scroller))).toMatchObject({
        meta: { personalized: false },
      });
    }
    const off = await spread(readers, CONFIG, { kill_switch: false }, (look) => !killed(look));
    expect(off).toSatisfy(within(PROMISED_MS));
  });

  it("is the kill switch of the whole deployment", async ({ expect }) => {
    const readers = await warmReaders();
    const on = await spread(readers, "/admin/deployment", { kill_switch: true }, killed);
    expect(on).toSatisfy(within(PROMISED_MS));
    await change("PATCH", "/admin/deployment", { kill_switch: false });
    await pause(PROMISED_MS);
  });

  /** Every other item: no page of ten is without one by chance. */
  const excludedFrom = (first: number): ReadonlySet<string> =>
    new Set(Array.from({ length: ITEMS / 2 }, (_, at) => nameOf(first + at * 2)));
  const showsNone =
    (excluded: ReadonlySet<string>) =>
    ({ first, next, list }: Look): boolean =>
      // A reader who refreshes all the time has soon had everything; a slate and a list do not run out.
      next.items.length > 0 &&
      list.items.length > 0 &&
      [first, next, list].every((page) => !holdsAny(idsOf(page), excluded));

  const leasedPagesHoldNone = async (
    readers: readonly Reader[],
    excluded: ReadonlySet<string>,
  ): Promise<boolean> => {
    const pages = await Promise.all(
      readers.map(({ isolate, scroller }) => load<Feed>(isolate, recommendPath(TENANT, scroller))),
    );
    return pages.every(
      ({ videos, meta }) => meta.cache === "l1" && videos.length > 0 && !holdsAny(videos, excluded),
    );
  };

  it("is what the tenant excludes: lists in shared caches, slates and pages set aside", async ({
    expect,
  }) => {
    const readers = await warmReaders();
    const excluded = excludedFrom(0);
    const patch = { filters: { excluded_items: [...excluded] } };
    const times = await spread(readers, CONFIG, patch, showsNone(excluded));
    expect(times).toSatisfy(within(PROMISED_MS));
    expect(await leasedPagesHoldNone(readers, excluded)).toBe(true);
    // The lists really were kept, and asked for again by their tags.
    expect(readers[0]?.list.served).toBeGreaterThan(0);
    expect(readers[0]?.list.confirmed).toBeGreaterThan(0);
  });

  it("is what is excluded for all tenants", async ({ expect }) => {
    await change("PATCH", CONFIG, { filters: { excluded_items: [] } });
    await pause(PROMISED_MS);
    const readers = await warmReaders();
    const excluded = excludedFrom(1);
    const patch = { excluded_items: [...excluded] };
    const times = await spread(readers, "/admin/deployment", patch, showsNone(excluded));
    expect(times).toSatisfy(within(PROMISED_MS));
    expect(await leasedPagesHoldNone(readers, excluded)).toBe(true);
    await change("PATCH", "/admin/deployment", { excluded_items: [] });
  });

  it("is any other change, such as of weights, within the promised minute", async ({ expect }) => {
    await pause(PROMISED_MS);
    const readers = await warmReaders();
    const before = idsOf((await lookAt(readers[0] as Reader)).list);
    const patch = { weights: { popularity: 0, recency: 10 } };
    const times = await spread(readers, CONFIG, patch, ({ list }) => idsOf(list)[0] !== before[0]);
    expect(times).toSatisfy(within(60_000));
  });
});
