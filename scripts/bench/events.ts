/** Events end to end: from the request to the shard that has them for good, and to the user's own next feed. */
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BenchWorker, bootBench } from "./bench-worker.ts";
import { pause } from "./load.ts";
import { type Figure, median } from "./report.ts";

const EVENTS = Number(process.env["NEARFEED_BENCH_EVENTS"] ?? 60_000);
const BATCH = 500;
const USERS = 2_000;
const ITEMS = 10_000;
/** Requests under way at once. */
const SENDERS = 4;
/** Users whose feed is watched, one after the other. */
const SEEN = 40;
const SEEN_AGAIN = 10;
/** Linux has one. */
const RAM_DISK = "/dev/shm";
/** More than all state takes. Containers have 64 MB there as a rule. */
const STATE_BYTES = 1_000_000_000;
const COMMITS = 50;
/** 60,000 events at 200 a second. */
const GIVE_UP_MS = 300_000;
const TYPES = ["impression", "click", "watch", "watch", "like"];
const MILLISECONDS = 1_000;

const itemName = (rank: number): string => `v${String(rank).padStart(10, "0")}`;

/**
 * Every object commits on a machine of its own in production; here all 2,000 users share one disk, which a commit takes
 * 0.1 to 5 ms. So the promise is held on a RAM disk where there is one, and the ordinary disk is told beside it.
 */
export async function measureEvents(): Promise<Figure[]> {
  const ordinary = tmpdir();
  if (!(await hasRamDisk())) return figuresOn(await measuredOn(ordinary, SEEN), PROMISED);
  return [
    ...figuresOn(await measuredOn(RAM_DISK, SEEN), PROMISED, " on a RAM disk"),
    ...figuresOn(await measuredOn(ordinary, SEEN_AGAIN), NO_PROMISE, " on the ordinary disk"),
  ];
}

async function hasRamDisk(): Promise<boolean> {
  const disk = await statfs(RAM_DISK).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize >= STATE_BYTES;
}

const PROMISED = { atLeast: 3_000, atMost: 2 };
const NO_PROMISE = {};

interface Measured {
  readonly sentMs: number;
  /** What was recorded, and until when. */
  readonly recorded: number;
  readonly doneMs: number;
  /** Groups of events that were applied again, user by user, because a store took too long. */
  readonly repeated: number;
  /** From an event to the feed; shortest first. */
  readonly seenSeconds: readonly number[];
  readonly commitMs: number;
}

async function measuredOn(disk: string, users: number): Promise<Measured> {
  const folder = await mkdtemp(path.join(disk, "nearfeed-bench-"));
  try {
    const commitMs = await commitMsIn(folder);
    const bench = await bootBench({ DEFAULT_L2: "embedded" }, true, folder);
    try {
      // Objects of shards and users start.
      const idle = await recordedIn(bench);
      await sendAll(bench, "warm", USERS * 2);
      const before = await untilRecorded(bench, idle + USERS * 2);
      const startedMs = performance.now();
      await sendAll(bench, "load", EVENTS);
      const sentMs = performance.now() - startedMs;
      const recorded = (await untilRecorded(bench, before + EVENTS)) - before;
      const doneMs = performance.now() - startedMs;
      const repeated = await counted(bench, "events.apply_failed");
      const seenSeconds = await secondsToFeed(bench, users);
      return { sentMs, recorded, doneMs, repeated, commitMs, seenSeconds };
    } finally {
      await bench.worker.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function figuresOn(
  { sentMs, recorded, doneMs, repeated, seenSeconds, commitMs }: Measured,
  { atLeast, atMost }: { readonly atLeast?: number; readonly atMost?: number },
  where = "",
): Figure[] {
  const inSeconds = (ms: number): string => (ms / MILLISECONDS).toFixed(1);
  return [
    {
      name: `events recorded${where}`,
      value: (recorded * MILLISECONDS) / doneMs,
      unit: "events/s",
      ...(atLeast === undefined ? {} : { atLeast }),
      note: `${recorded.toLocaleString("en")} of ${EVENTS.toLocaleString("en")} events of ${USERS.toLocaleString("en")} users; taken in after ${inSeconds(sentMs)} s, recorded after ${inSeconds(doneMs)} s; ${repeated} groups repeated; an fsync takes ${commitMs.toFixed(2)} ms`,
    },
    {
      name: `from an event to the next feed, p95,${where}`.replace(/,$/, ""),
      value: at(seenSeconds, 0.95),
      unit: "s",
      ...(atMost === undefined ? {} : { atMost }),
      note: `median ${at(seenSeconds, 0.5).toFixed(2)} s`,
    },
  ];
}

/** The median of what the disk takes to keep 4 KB for good. */
async function commitMsIn(folder: string): Promise<number> {
  const file = await open(path.join(folder, "commits"), "w");
  try {
    const taken: number[] = [];
    for (let turn = 0; turn < COMMITS; turn += 1) {
      await file.write(Buffer.alloc(4_096, turn));
      const startedMs = performance.now();
      await file.sync();
      taken.push(performance.now() - startedMs);
    }
    return median(taken);
  } finally {
    await file.close();
  }
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

async function sendAll({ ask }: BenchWorker, round: string, count: number): Promise<void> {
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < count) {
      const from = next;
      next += BATCH;
      const events = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) =>
        anEvent(round, from + index),
      );
      const body = JSON.stringify({ events });
      await insisting(async () => {
        await (await ask("/t/bench/v1/events", { method: "POST", body })).text();
      });
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

/**
 * As senders do: events have ids. On one machine all objects share the thread of the socket, which closes connections
 * that it did not look at for 5 s.
 */
async function insisting<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let turn = 0; turn < 5; turn += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await pause(100);
    }
  }
  return work();
}

/** Users and items come in an order that has nothing to do with either. */
const anEvent = (round: string, n: number) => ({
  id: `${round}-${n}`,
  type: TYPES[n % TYPES.length],
  user_id: `user-${(n * 7_919) % USERS}`,
  item_id: itemName((n * 104_729) % ITEMS),
  watched_seconds: n % 600,
  total_seconds: 600,
  country: "DE",
  device: "tv",
});

async function recordedIn(bench: BenchWorker): Promise<number> {
  return counted(bench, "events.recorded");
}

async function counted({ ask }: BenchWorker, name: string): Promise<number> {
  return insisting(async () => {
    const { counters } = (await (await ask("/health")).json()) as {
      counters: Record<string, number>;
    };
    return counters[name] ?? 0;
  });
}

/** How many are recorded then: all, or those of the time after which we give up. */
async function untilRecorded(bench: BenchWorker, count: number): Promise<number> {
  const endMs = performance.now() + GIVE_UP_MS;
  for (;;) {
    const recorded = await recordedIn(bench);
    if (recorded >= count || performance.now() > endMs) return recorded;
    await pause(50);
  }
}

/** By the answer that is kept for the user until it is known that something changed. Shortest first. */
async function secondsToFeed({ ask }: BenchWorker, users: number): Promise<readonly number[]> {
  const seconds: number[] = [];
  for (let turn = 0; turn < users; turn += 1) {
    const user = `seen-${turn}`;
    const feed = (): Promise<readonly string[]> =>
      insisting(async () => {
        const answer = await ask(`/t/bench/api/v1/video/recommendations/${user}?max_results=10`);
        const { data } = (await answer.json()) as {
          data: { recommendations: readonly { readonly id: string }[] };
        };
        return data.recommendations.map(({ id }) => id);
      });
    const [first] = await feed();
    if (first === undefined) throw new Error("there is nothing to watch");
    if (!(await feed()).includes(first)) throw new Error("the feed changes by itself");
    const event = { id: user, type: "watch", user_id: user, item_id: first };
    const body = JSON.stringify(event);
    const startedMs = performance.now();
    await insisting(async () => (await ask("/t/bench/v1/events", { method: "POST", body })).text());
    while ((await feed()).includes(first)) {
      if (performance.now() - startedMs > GIVE_UP_MS) throw new Error("the feed never changed");
      await pause(20);
    }
    seconds.push((performance.now() - startedMs) / MILLISECONDS);
  }
  return seconds.toSorted((a, b) => a - b);
}
