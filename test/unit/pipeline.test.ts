import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import type { Background } from "../../src/platform/background.ts";
import { ladder, type Rung } from "../../src/pipeline/ladder.ts";
import { definePipeline } from "../../src/pipeline/pipeline.ts";
import type { Source, Stages } from "../../src/pipeline/stages.ts";
import { Trace } from "../../src/pipeline/trace.ts";

interface Query {
  readonly wanted: number;
}
interface Context {
  readonly notes: string[];
}
interface Known {
  readonly value: number;
}
interface Scored extends Known {
  readonly score: number;
}

const down = new FailureError("POOLS_UNAVAILABLE", "down");

const source = (name: string, find: Source<Query, Context, number>["find"]) => ({ name, find });

function aPipeline(changes: Partial<Stages<Query, Context, number, Known, Scored>>) {
  return definePipeline<Query, Context, number, Known, Scored>({
    name: "numbers",
    queryHydrator: { name: "notes", hydrate: () => ({ notes: [] }) },
    sources: [source("three", () => [3, 1, 2])],
    hydrator: { name: "values", hydrate: (_q, _c, found) => found.map((value) => ({ value })) },
    filters: [],
    scorer: {
      name: "negative",
      score: (_q, _c, known) => known.map((one) => ({ ...one, score: -one.value })),
    },
    selector: {
      name: "best",
      select({ wanted }, _c, scored) {
        const ordered = scored.toSorted((a, b) => b.score - a.score);
        return {
          selected: ordered.slice(0, wanted),
          reserve: ordered.slice(wanted).map((candidate) => ({ candidate, reason: "worse" })),
        };
      },
    },
    backfills: [],
    sideEffects: [],
    ...changes,
  });
}

function aBackground() {
  const failed: string[] = [];
  const pending: Promise<unknown>[] = [];
  const background: Background = {
    run(name, work) {
      pending.push(work().catch(() => failed.push(name)));
    },
  };
  return { background, failed, settled: () => Promise.all(pending) };
}

const values = (outcome: { readonly selected: readonly Known[] }): number[] =>
  outcome.selected.map(({ value }) => value);

describe("the engine", () => {
  it("joins sources in the order of the list, whichever answers first", async ({ expect }) => {
    const { background } = aBackground();
    const slow = source("slow", async () => {
      await Promise.resolve();
      return [9];
    });
    const trace = new Trace<Known>();
    const pipeline = aPipeline({ sources: [slow, source("quick", () => [1])] });
    const outcome = await pipeline.run({ wanted: 5 }, { background, trace });
    expect(values(outcome)).toEqual([1, 9]);
    expect(trace.stages.filter(({ kind }) => kind === "source")).toEqual([
      { stage: "slow", kind: "source", in: 0, out: 1 },
      { stage: "quick", kind: "source", in: 0, out: 1 },
    ]);
  });

  it("goes on without a source whose dependency is down, and says so", async ({ expect }) => {
    const { background } = aBackground();
    const broken = source("broken", () => Promise.reject(down));
    const pipeline = aPipeline({ sources: [broken, source("sound", () => [4])] });
    const outcome = await pipeline.run({ wanted: 5 }, { background });
    expect(values(outcome)).toEqual([4]);
    expect(outcome.fallen).toEqual([{ stage: "broken", kind: "source", error: down }]);
  });

  it("never swallows a mistake of ours", async ({ expect }) => {
    const { background } = aBackground();
    const mistaken = source("mistaken", () => {
      throw new TypeError("a bug");
    });
    const run = aPipeline({ sources: [mistaken, source("sound", () => [4])] }).run(
      { wanted: 5 },
      { background },
    );
    await expect(run).rejects.toThrow(TypeError);
  });

  it("fails when the facts that filters judge by cannot be had", async ({ expect }) => {
    const { background } = aBackground();
    const hydrator = { name: "values", hydrate: () => Promise.reject(down) };
    await expect(aPipeline({ hydrator }).run({ wanted: 1 }, { background })).rejects.toBe(down);
  });

  it("tells which filter removed what, and why, when it is asked", async ({ expect }) => {
    const { background } = aBackground();
    const trace = new Trace<Known>();
    const odd = {
      name: "odd_filter",
      judge: () => (one: Known) => (one.value % 2 === 1 ? "odd" : undefined),
    };
    const outcome = await aPipeline({ filters: [odd] }).run({ wanted: 5 }, { background, trace });
    expect(values(outcome)).toEqual([2]);
    expect(trace.removed).toEqual([
      { candidate: { value: 3 }, stage: "odd_filter", reason: "odd" },
      { candidate: { value: 1 }, stage: "odd_filter", reason: "odd" },
    ]);
    expect(trace.stages).toContainEqual({ stage: "odd_filter", kind: "filter", in: 3, out: 1 });
  });

  it("makes a short selection up, through the same filters, and no further than needed", async ({
    expect,
  }) => {
    const { background } = aBackground();
    const big = {
      name: "big_filter",
      judge: () => (one: Known) => (one.value > 50 ? "big" : undefined),
    };
    const backfill = {
      name: "more",
      missing: ({ wanted }: Query, _c: Context, selected: readonly Scored[]) =>
        wanted - selected.length,
      find: () => [99, 10, 11, 12],
    };
    const pipeline = aPipeline({ filters: [big], backfills: [backfill] });
    const outcome = await pipeline.run({ wanted: 5 }, { background });
    expect(values(outcome)).toEqual([1, 2, 3, 10, 11]);
  });

  it("answers although a side effect fails, and hands the failure to the background", async ({
    expect,
  }) => {
    const { background, failed, settled } = aBackground();
    const sideEffects = [
      { name: "late", run: () => Promise.reject(new Error("late")) },
      {
        name: "at_once",
        run: () => {
          throw new Error("at once");
        },
      },
    ];
    const outcome = await aPipeline({ sideEffects }).run({ wanted: 1 }, { background });
    await settled();
    expect(values(outcome)).toEqual([1]);
    expect(failed.toSorted()).toEqual(["at_once", "late"]);
  });
});

describe("a ladder", () => {
  const rung = (
    name: string,
    find: Rung<Query, Context, number>["find"],
    more: Partial<Rung<Query, Context, number>> = {},
  ): Rung<Query, Context, number> => ({
    name,
    find,
    fell: (_q, { notes }) => {
      notes.push(`${name} fell`);
    },
    ...more,
  });

  const climb = async (rungs: readonly Rung<Query, Context, number>[]) => {
    const { background } = aBackground();
    const pipeline = aPipeline({ sources: [ladder("rungs", rungs)] });
    const outcome = await pipeline.run({ wanted: 9 }, { background });
    return { values: values(outcome), notes: outcome.context.notes };
  };

  it("stops at the first rung that answers, even with nothing", async ({ expect }) => {
    const never = rung("never", () => {
      throw new Error("was asked");
    });
    expect(await climb([rung("empty", () => []), never])).toEqual({ values: [], notes: [] });
  });

  it("tries the next rung when one has no answer, fails or is out of the question", async ({
    expect,
  }) => {
    const rungs = [
      rung("skipped", () => [1], { skips: () => true }),
      rung("silent", () => undefined),
      rung("down", () => Promise.reject(down)),
      rung("last", () => [7]),
    ];
    expect(await climb(rungs)).toEqual({ values: [7], notes: ["down fell"] });
  });

  it("lets a mistake of ours through", async ({ expect }) => {
    const mistaken = rung("mistaken", () => Promise.reject(new TypeError("a bug")));
    await expect(climb([mistaken, rung("last", () => [7])])).rejects.toThrow(TypeError);
  });
});
