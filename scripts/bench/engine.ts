/**
 * What the engine costs: a pipeline of 200 candidates through filters, a scorer and a selector, beside the same
 * stages called by hand. Rounds alternate, and the median of their ratios counts.
 */
import type { Background } from "../../src/platform/background.ts";
import { definePipeline } from "../../src/pipeline/pipeline.ts";
import type { Filter, Scorer, Selector, Source } from "../../src/pipeline/stages.ts";
import { type Figure, median } from "./report.ts";

const CANDIDATES = 200;
const RUNS = 2_000;
const ROUNDS = 31;

interface Query {
  readonly seed: number;
  readonly wanted: number;
}
interface Context {
  readonly weight: number;
}
interface Known {
  readonly index: number;
  readonly group: number;
}
interface Scored extends Known {
  readonly score: number;
}

const source: Source<Query, Context, number> = {
  name: "numbers",
  find: ({ seed }) => Array.from({ length: CANDIDATES }, (_, at) => (at * 7919 + seed) % 1_000),
};
const hydrate = (_query: Query, _context: Context, found: readonly number[]): readonly Known[] =>
  found.map((index) => ({ index, group: index % 17 }));
const filters: readonly Filter<Query, Context, Known>[] = [
  {
    name: "group",
    judge:
      () =>
      ({ group }) =>
        group === 3 ? "group" : undefined,
  },
  {
    name: "range",
    judge:
      () =>
      ({ index }) =>
        index > 990 ? "range" : undefined,
  },
  {
    name: "repeat",
    judge() {
      const seen = new Set<number>();
      return ({ index }) => {
        if (seen.has(index)) return "repeat";
        seen.add(index);
        return undefined;
      };
    },
  },
];
const scorer: Scorer<Query, Context, Known, Scored> = {
  name: "weight",
  score: (_query, { weight }, known) =>
    known.map(({ index, group }) => ({ index, group, score: weight * 0.5 ** (index / 100) })),
};
const selector: Selector<Query, Context, Scored> = {
  name: "best",
  select({ wanted }, _context, scored) {
    const ordered = scored.toSorted((a, b) => b.score - a.score);
    return {
      selected: ordered.slice(0, wanted),
      reserve: ordered.slice(wanted).map((candidate) => ({ candidate, reason: "below" })),
    };
  },
};
const background: Background = { run: (_name, work) => void work() };

const pipeline = definePipeline<Query, Context, number, Known, Scored>({
  name: "bench",
  queryHydrator: { name: "weight", hydrate: ({ seed }) => ({ weight: 1 + (seed % 3) }) },
  sources: [source],
  hydrator: { name: "groups", hydrate },
  filters,
  scorer,
  selector,
  backfills: [],
  sideEffects: [],
});

/** The same stages without the engine; asynchronous, as a handler that may have to wait must be. */
async function byHand(query: Query): Promise<readonly Scored[]> {
  const context: Context = { weight: 1 + (query.seed % 3) };
  let known = hydrate(query, context, (await source.find(query, context)) ?? []);
  for (const filter of filters) {
    const verdict = filter.judge(query, context);
    known = known.filter((candidate) => verdict(candidate) === undefined);
  }
  return selector.select(query, context, scorer.score(query, context, known)).selected;
}

async function time(work: (query: Query) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let seed = 0; seed < RUNS; seed += 1) await work({ seed, wanted: 20 });
  return ((performance.now() - start) / RUNS) * 1_000;
}

export async function measureEngine(): Promise<Figure[]> {
  const rounds: { readonly hand: number; readonly engine: number }[] = [];
  for (let round = 0; round < ROUNDS + 3; round += 1) {
    const handFirst = round % 2 === 0;
    const first = await time(handFirst ? byHand : (query) => pipeline.run(query, { background }));
    const second = await time(handFirst ? (query) => pipeline.run(query, { background }) : byHand);
    // The first rounds warm the compiler up.
    if (round < 3) continue;
    rounds.push(handFirst ? { hand: first, engine: second } : { hand: second, engine: first });
  }
  return [
    { name: "by hand, 200 candidates", value: median(rounds.map(({ hand }) => hand)), unit: "µs" },
    {
      name: "engine / by hand",
      value: median(rounds.map(({ hand, engine }) => engine / hand)),
      unit: "×",
      atMost: 1.1,
    },
  ];
}
