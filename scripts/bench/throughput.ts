/**
 * Requests a second of a warm feed, beside two floors of the same run and runtime: the same bytes without work, and
 * a hand-written handler that makes the one L2 call. Rounds alternate, and the median of their ratios counts.
 */
import type { BenchWorker } from "./bench-worker.ts";
import { measuredLoad, pause, usersOf } from "./load.ts";
import { type Figure, median } from "./report.ts";

/** From full queues a user takes 25 pages of 20 before the next refill: so many, and one refill is among them. */
const TURNS = 25;
/** Pages that bring a new user to full queues: the first refill in line, the next behind the answer. */
const FILL_TURNS = 4;
const ROUNDS = 5;
const BURSTS = 9;
const PAGE = "count=20";

/** `label` names the L2 in the figures. */
export async function measureThroughput(bench: BenchWorker, label: string): Promise<Figure[]> {
  const { origin } = bench;
  const feed = (user: string): string => `/t/bench/recommend/${user}?${PAGE}`;
  const repeat = (paths: readonly string[]): string[] =>
    Array.from({ length: TURNS }, () => paths).flat();
  const run = (paths: readonly string[]) => measuredLoad(origin, paths);
  const sample = await (await bench.ask(feed("sample"))).text();
  await (await bench.ask("/floor/keep", { method: "POST", body: sample })).text();

  const rounds: { still: number; bare: number; warm: number; leased: number; l1: number }[] = [];
  for (let round = 0; round < ROUNDS + 1; round += 1) {
    const [a, b] = [usersOf(`bare${round}`), usersOf(`warm${round}`)];
    for (let turn = 0; turn < FILL_TURNS; turn += 1) {
      await run([...a, ...b].map(feed));
      await pause(150);
    }
    const still = await run(repeat(a.map((user) => `/floor/static/${user}`)));
    const bare = await run(repeat(a.map((user) => `/floor/bare/${user}`)));
    const warm = await run(repeat(b.map(feed)));
    await pause(300);
    const bursts: { leased: number; burst: number; l1: number }[] = [];
    for (let burst = 0; burst < BURSTS; burst += 1) {
      // Every user's next page waits in memory: the answers of this burst cost no round trip.
      const leased = await run(b.map(feed));
      await pause(150);
      const floor = await run(a.map((user) => `/floor/static/${user}`));
      bursts.push({
        leased: leased.perSecond,
        burst: floor.perSecond,
        l1: (leased.tiers.get("l1") ?? 0) / leased.requests,
      });
    }
    // The first round warms the runtime up.
    if (round === 0) continue;
    rounds.push({
      still: still.perSecond,
      bare: bare.perSecond,
      warm: warm.perSecond,
      leased: median(bursts.map((burst) => burst.leased / burst.burst)),
      l1: median(bursts.map((burst) => burst.l1)),
    });
  }
  const of = (value: (round: (typeof rounds)[number]) => number): number =>
    median(rounds.map(value));
  return [
    { name: `${label}: static floor`, value: of((r) => r.still), unit: "req/s" },
    { name: `${label}: bare floor, one L2 call`, value: of((r) => r.bare), unit: "req/s" },
    { name: `${label}: recommend?${PAGE}`, value: of((r) => r.warm), unit: "req/s" },
    {
      name: `${label}: recommend / bare`,
      value: of((r) => r.warm / r.bare),
      unit: "×",
      atLeast: 0.75,
    },
    { name: `${label}: bare / static`, value: of((r) => r.bare / r.still), unit: "×" },
    {
      name: `${label}: leased page from L1 / static`,
      value: of((r) => r.leased),
      unit: "×",
      atLeast: 0.7,
      note: `${(of((r) => r.l1) * 100).toFixed(0)} % from L1`,
    },
  ];
}
