/**
 * Requests a second of lists of gifts that are in memory, beside hand-written handlers of the same build that send the
 * same bytes with as many headers, and read no body. Rounds alternate, and the median of their ratios counts.
 *
 * The lists are of 10,000 items; users have liked two, so that theirs are their own. A user costs one round trip a second,
 * since an isolate believes the version of a profile for so long.
 */
import type { BenchWorker } from "./bench-worker.ts";
import { inTurn, type Pair, ratioOf } from "./cached.ts";
import { type Asked, measuredLoad, pause, usersOf } from "./load.ts";
import { type Figure, median } from "./report.ts";

const MEMORY = "memory";
const TENANT = "/t/bench";
const LISTS = 24;
const TURNS = 40;
const ROUNDS = 25;
const SETTLE_MS = 300;
const PROMISE = 0.6;

export async function measureGifts(bench: BenchWorker): Promise<Figure[]> {
  const { ask } = bench;
  await runOf(bench, "update-popularity");
  const users = usersOf("gifts").slice(0, LISTS);
  for (const [index, user] of users.entries()) {
    for (const item of [index, index + 17]) {
      const body = JSON.stringify({
        video_id: `v${String(item).padStart(10, "0")}`,
        feedback_type: "like",
      });
      await (await ask(`${TENANT}/api/v1/video/feedback/${user}`, { method: "POST", body })).text();
    }
  }
  const popular = users.map((_, index) => ({
    path: `${TENANT}/popular?${index}`,
    body: JSON.stringify({
      user_params: { geo_id: index, gender: "f", age: "25-34" },
      pagination: { page: 1, limit: 20 },
    }),
  }));
  const personal = users.map((user) => ({
    path: `${TENANT}/personalized?${user}`,
    body: JSON.stringify({ user_id: user, geo_id: 1, pagination: { page: 1, limit: 20 } }),
  }));
  return [
    ...(await measureLists(bench, "/popular", popular)),
    ...(await measureLists(bench, "/personalized", personal)),
  ];
}

async function measureLists(
  { origin, ask }: BenchWorker,
  name: string,
  lists: readonly Exclude<Asked, string>[],
): Promise<Figure[]> {
  await measuredLoad(origin, lists);
  await pause(SETTLE_MS);
  await (await ask("/floor/fill", { method: "POST", body: JSON.stringify(lists) })).text();
  const many = (asked: readonly Asked[]): Asked[] =>
    Array.from({ length: TURNS }, () => asked).flat();
  const floors = many(lists.map(({ path, body }) => ({ path: `/floor/memory${path}`, body })));
  const ours = many(lists);
  const pairs: Pair[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [floor, hit] = await inTurn(round % 2 === 0, [
      () => measuredLoad(origin, floors),
      () => measuredLoad(origin, ours),
    ]);
    // The first round warms the runtime up.
    if (round === 0 || floor === undefined || hit === undefined) continue;
    pairs.push({ floor, hit });
  }
  return [
    {
      name: `${name}: floor`,
      value: median(pairs.map(({ floor }) => floor.perSecond)),
      unit: "req/s",
      note: `${((pairs[0]?.floor.bodyBytes ?? 0) / 1_000).toFixed(1)} KB`,
    },
    { name: `${name} in memory / by hand`, ...ratioOf(pairs, MEMORY), atLeast: PROMISE },
  ];
}

async function runOf({ ask }: BenchWorker, job: string): Promise<void> {
  const started = await ask(`${TENANT}/admin/jobs/${job}`, { method: "POST" });
  const { id } = (await started.json()) as { id: string };
  for (let turn = 0; turn < 600; turn += 1) {
    const run = (await (await ask(`${TENANT}/admin/jobs/${id}`)).json()) as { outcome: string };
    if (run.outcome === "succeeded") return;
    await pause(50);
  }
  throw new Error(`${job} did not end`);
}
