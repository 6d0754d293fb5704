/**
 * Requests a second of a warm ranked feed, beside two hand-written handlers of the same run that answer with as many
 * bytes: one peeks as the feed does, and one also commits behind its answer what it showed, without which every page
 * would be the first. Rounds alternate, and the median of their ratios counts.
 */
import type { BenchWorker } from "./bench-worker.ts";
import { measuredLoad, pause, usersOf } from "./load.ts";
import { type Figure, median } from "./report.ts";

/** From full queues a user takes this many pages of 20, and about one refill is among them. */
const TURNS = 12;
/** Pages that bring a new user to full queues. */
const FILL_TURNS = 4;
const ROUNDS = 7;

/** `label` names the L2 in the figures. */
export async function measureRanked(
  { origin, ask }: BenchWorker,
  label: string,
): Promise<Figure[]> {
  const feed = (user: string): string => `/t/bench/v1/feed?user_hash=${user}`;
  const repeat = (paths: readonly string[]): string[] =>
    Array.from({ length: TURNS }, () => paths).flat();
  const rounds: { peek: number; show: number; warm: number }[] = [];
  for (let round = 0; round < ROUNDS + 1; round += 1) {
    const [a, b, c] = ["peek", "show", "ranked"].map((name) => usersOf(`${name}${round}`));
    if (a === undefined || b === undefined || c === undefined) continue;
    for (let turn = 0; turn < FILL_TURNS; turn += 1) {
      await measuredLoad(origin, [...a, ...b, ...c].map(feed));
      await pause(150);
    }
    const sample = await (await ask(feed(a[0] ?? ""))).text();
    await (await ask("/floor/keep", { method: "POST", body: sample })).text();
    await pause(150);
    const peek = await measuredLoad(origin, repeat(a.map((user) => `/floor/peek/${user}`)));
    const show = await measuredLoad(origin, repeat(b.map((user) => `/floor/show/${user}`)));
    await pause(150);
    const warm = await measuredLoad(origin, repeat(c.map(feed)));
    await pause(150);
    // The first round warms the runtime up.
    if (round > 0) {
      rounds.push({ peek: peek.perSecond, show: show.perSecond, warm: warm.perSecond });
    }
  }
  const of = (value: (round: (typeof rounds)[number]) => number): number =>
    median(rounds.map(value));
  return [
    { name: `${label}: bare floor, one peek`, value: of((r) => r.peek), unit: "req/s" },
    { name: `${label}: bare floor, peek and commit`, value: of((r) => r.show), unit: "req/s" },
    { name: `${label}: v1/feed`, value: of((r) => r.warm), unit: "req/s" },
    { name: `${label}: v1/feed / peek alone`, value: of((r) => r.warm / r.peek), unit: "×" },
    {
      name: `${label}: v1/feed / peek and commit`,
      value: of((r) => r.warm / r.show),
      unit: "×",
      atLeast: 0.6,
    },
  ];
}
