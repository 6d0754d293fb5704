/** What ranking costs an isolate: 1,000 candidates of 100,000 items to a slate of 100, against sorting them once. */
import { byRank } from "../../src/feed/candidate.ts";
import type { BenchWorker } from "./bench-worker.ts";
import { CANDIDATES, rankingCase, VECTOR_DIMENSIONS } from "./ranking-case.ts";
import { type Figure, median } from "./report.ts";

const ROUNDS = 400;

export function measureRanking(): Figure[] {
  const { candidatesOf, watchedOf, score, ranker } = rankingCase(VECTOR_DIMENSIONS);
  const tags = ranker({ by: "tags", strength: 0.3 });
  const vectors = ranker({ by: "vectors", strength: 0.3 });
  const none = ranker({ strength: 0 });
  const times = {
    floor: [] as number[],
    tags: [] as number[],
    vectors: [] as number[],
    none: [] as number[],
  };
  const timed = (into: number[], work: () => { readonly length: number }): void => {
    const start = performance.now();
    const { length } = work();
    into.push(performance.now() - start);
    if (length < 100) throw new Error("The bench ranked too little.");
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const candidates = candidatesOf(round);
    const watched = watchedOf(round);
    const unsorted = score(candidates, watched);
    timed(times.floor, () => unsorted.toSorted(byRank));
    timed(times.tags, () => tags(candidates, watched));
    timed(times.vectors, () => vectors(candidates, watched));
    timed(times.none, () => none(candidates, watched));
  }
  const floorMs = median(times.floor);
  const tagsMs = median(times.tags);
  return [
    { name: "floor: sorting 1,000 scored candidates (median)", value: floorMs, unit: "ms" },
    {
      name: "1,000 candidates to a slate of 100, by tags (median)",
      value: tagsMs,
      unit: "ms",
      atMost: 3,
    },
    { name: "the same, in sorts", value: tagsMs / floorMs, unit: "×", atMost: 15 },
    { name: "without diversity (median)", value: median(times.none), unit: "ms" },
    {
      name: `with vectors of ${VECTOR_DIMENSIONS} bytes (median)`,
      value: median(times.vectors),
      unit: "ms",
    },
  ];
}

/** Rankings in one request: a request that ranks nothing costs 1 ms, which is then little. */
const RUNS = 200;
const REQUESTS = 9;

/** The same in the Worker, whose clock stands still: the time of whole requests, less that of empty ones. */
export async function measureRankingInWorker({ ask }: BenchWorker): Promise<Figure[]> {
  const time = async (runs: number): Promise<number> => {
    const startMs = performance.now();
    const shown = Number(await (await ask(`/floor/rank/${runs}`)).text());
    if (shown < runs * 100) throw new Error("The bench ranked too little.");
    return performance.now() - startMs;
  };
  // The first builds the facts and warms the compiler up.
  await time(RUNS);
  const rounds: number[] = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    const emptyMs = await time(0);
    rounds.push(((await time(RUNS)) - emptyMs) / RUNS);
  }
  return [
    {
      name: `${CANDIDATES.toLocaleString("en")} candidates to a slate of 100 in the Worker (median)`,
      value: median(rounds),
      unit: "ms",
      atMost: 3,
    },
  ];
}
