/**
 * Requests a second of answers that a cache holds, beside hand-written handlers of the same build that send the same
 * bytes with as many headers from the same tier. Miniflare's proxy is left out: it takes three times as long as either.
 * Rounds alternate, and the median of their ratios counts.
 *
 * A hit in memory is measured with so few users that the isolate believes their profiles: a second's belief costs one
 * round trip. The same with every belief ended is a line of its own. For the Cache API the Worker forgets all that it
 * remembers before each run, learns tenant, pools, profiles and rate limits elsewhere, and each user asks once.
 */
import type { BenchWorker } from "./bench-worker.ts";
import { type LoadResult, measuredLoad, pause, usersOf } from "./load.ts";
import { type Figure, median } from "./report.ts";

/** The surface that is measured, and the tiers by the words of its X-Cache. */
const surface = (user: string): string => `/t/bench/api/v1/video/recommendations/${user}`;
const MEMORY = "memory";
const EDGE = "edge";

/** Reads the profile, spends of the same rate limits as the surface, and keeps no answer. */
const elsewhere = (user: string): string => `/t/bench/users/${user}/personality`;
/** Brings the pools, whose version is in the key of an answer. */
const POOLS = "/t/bench/recommend/somebody-else";

/** Of a hit in memory: each user costs one round trip a second, which many requests share. */
const MEMORY_USERS = 24;
const MEMORY_TURNS = 40;
/** Short and many: whatever else runs on the machine then slows both sides of a pair. */
const MEMORY_ROUNDS = 45;
/** Of what waits for others: the Cache API, and the profile's object. */
const SLOW_TURNS = 8;
const EDGE_ROUNDS = 9;
/** For answers to reach the Cache API behind the request that made it. */
const SETTLE_MS = 300;
/** An isolate believes a version for a second. */
const BELIEF_ENDED_MS = 1_050;
const ASKING_TURNS = 16;
/** One request of ours keeps so many answers: each is a put. */
const BATCH = 40;

interface MemoryRound {
  readonly floor: LoadResult;
  readonly open: LoadResult;
  readonly keyed: LoadResult;
}

/** A hand-written side and the surface's. */
export interface Pair {
  readonly floor: LoadResult;
  readonly hit: LoadResult;
}

export async function measureCached(bench: BenchWorker): Promise<Figure[]> {
  const { origin, ask } = bench;
  const users = usersOf("cached");
  const paths = users.map(surface);
  const others = users.map(elsewhere);
  const many = (list: readonly string[]): string[] =>
    Array.from({ length: MEMORY_TURNS }, () => list.slice(0, MEMORY_USERS)).flat();
  const floor = (tier: string): string[] => paths.map((path) => `/floor/${tier}${path}`);
  const credential = await readerKey(bench);

  await measuredLoad(origin, paths);
  await pause(SETTLE_MS);
  for (let at = 0; at < paths.length; at += BATCH) {
    const body = JSON.stringify(paths.slice(at, at + BATCH));
    await (await ask("/floor/fill", { method: "POST", body })).text();
  }
  const forget = async (): Promise<void> => {
    await (await ask("/floor/forget", { method: "POST" })).text();
    await measuredLoad(origin, [POOLS, ...others]);
  };

  const inMemory: MemoryRound[] = [];
  for (let round = 0; round <= MEMORY_ROUNDS; round += 1) {
    const [byHand, open, keyed] = await inTurn(round % 2 === 0, [
      () => measuredLoad(origin, many(floor("memory"))),
      () => measuredLoad(origin, many(paths)),
      () => measuredLoad(origin, many(paths), credential),
    ]);
    // The first round warms the runtime up, here and below.
    if (round === 0 || !byHand || !open || !keyed) continue;
    inMemory.push({ floor: byHand, open, keyed });
  }
  const asking: Pair[] = [];
  for (let turn = 0; turn < ASKING_TURNS; turn += 1) {
    await pause(BELIEF_ENDED_MS);
    const byHand = await measuredLoad(origin, floor("memory"));
    asking.push({ floor: byHand, hit: await measuredLoad(origin, paths) });
  }
  const atEdge: Pair[] = [];
  for (let round = 0; round <= EDGE_ROUNDS; round += 1) {
    const [byHand, hit] = await inTurn(round % 2 === 0, [
      async () => joined(SLOW_TURNS, () => measuredLoad(origin, floor("edge"))),
      async () =>
        joined(SLOW_TURNS, async () => {
          await forget();
          return measuredLoad(origin, paths);
        }),
    ]);
    if (round === 0 || !byHand || !hit) continue;
    atEdge.push({ floor: byHand, hit });
  }
  return [
    {
      name: "memory floor",
      value: median(inMemory.map((round) => round.floor.perSecond)),
      unit: "req/s",
      note: `${((inMemory[0]?.floor.bodyBytes ?? 0) / 1_000).toFixed(1)} KB`,
    },
    {
      name: "hit in memory / by hand",
      ...ratioOf(
        inMemory.map(({ floor: byHand, open }) => ({ floor: byHand, hit: open })),
        MEMORY,
      ),
      atLeast: 0.85,
    },
    {
      name: "hit in memory with an API key / by hand without",
      ...ratioOf(
        inMemory.map(({ floor: byHand, keyed }) => ({ floor: byHand, hit: keyed })),
        MEMORY,
      ),
    },
    {
      name: "hit in memory that asks for the version / by hand",
      ...ratioOf(asking, MEMORY),
    },
    {
      name: "Cache API floor",
      value: median(atEdge.map((round) => round.floor.perSecond)),
      unit: "req/s",
    },
    { name: "hit in the Cache API / by hand", ...ratioOf(atEdge, EDGE), atLeast: 0.7 },
  ];
}

/** The median, and what share of the hits came from the tier that is meant. */
export function ratioOf(
  pairs: readonly Pair[],
  tier: string,
): Pick<Figure, "value" | "unit" | "note"> {
  const share = median(pairs.map(({ hit }) => (hit.tiers.get(tier) ?? 0) / hit.requests));
  return {
    value: median(pairs.map(({ floor, hit }) => hit.perSecond / floor.perSecond)),
    unit: "×",
    note: `${(share * 100).toFixed(0)} % from ${tier}`,
  };
}

async function readerKey({ ask }: BenchWorker): Promise<string> {
  const body = JSON.stringify({ name: "bench", roles: ["reader"] });
  const made = await ask("/t/bench/admin/keys", { method: "POST", body });
  return ((await made.json()) as { key: string }).key;
}

/** Runs the sides in their order or the other way round; the outcomes are in the order of the list. */
export async function inTurn<Outcome>(
  forwards: boolean,
  sides: readonly (() => Promise<Outcome>)[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const order = sides.map((_, at) => at);
  for (const at of forwards ? order : order.toReversed()) {
    const side = sides[at];
    if (side !== undefined) outcomes[at] = await side();
  }
  return outcomes;
}

/** Several short runs as one. */
async function joined(times: number, run: () => Promise<LoadResult>): Promise<LoadResult> {
  const runs: LoadResult[] = [];
  for (let time = 0; time < times; time += 1) runs.push(await run());
  const [first] = runs;
  if (first === undefined) throw new Error("no run");
  const requests = runs.reduce((sum, each) => sum + each.requests, 0);
  const seconds = runs.reduce((sum, each) => sum + each.seconds, 0);
  const tiers = new Map<string, number>();
  for (const each of runs)
    for (const [tier, count] of each.tiers) tiers.set(tier, (tiers.get(tier) ?? 0) + count);
  return { ...first, requests, seconds, perSecond: requests / seconds, tiers };
}
