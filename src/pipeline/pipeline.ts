/**
 * The engine: runs a list of stages, goes on without those that may fail, and tells what each did. It knows no
 * word of the product; the product is the list.
 */
import type { Background } from "../platform/background.ts";
import { failsOpen, type StageKind } from "./fail-open.ts";
import type { Eventually, Selection, Stages } from "./stages.ts";
import type { Fallen, Trace } from "./trace.ts";

export interface RunOptions<Known> {
  /** Carries the side effects. */
  readonly background: Background;
  /** Filled with every removal and every count, when somebody wants to know. */
  readonly trace?: Trace<Known> | undefined;
}

export interface Outcome<Context, Scored> extends Selection<Scored> {
  readonly context: Context;
  /** Stages that the run went on without. */
  readonly fallen: readonly Fallen[];
}

export interface Pipeline<Query, Context, Known, Scored> {
  readonly name: string;
  run(query: Query, options: RunOptions<Known>): Promise<Outcome<Context, Scored>>;
}

const NOTHING_FELL: readonly Fallen[] = [];

export function definePipeline<Query, Context, Found, Known, Scored extends Known>(
  stages: Stages<Query, Context, Found, Known, Scored>,
): Pipeline<Query, Context, Known, Scored> {
  return {
    name: stages.name,
    async run(query, { background, trace }) {
      const hydrated = stages.queryHydrator.hydrate(query);
      const context = hydrated instanceof Promise ? await hydrated : hydrated;
      const fallen: Fallen[] = [];
      const sourced = findAll(stages, query, context, fallen, trace);
      const found = sourced instanceof Promise ? await sourced : sourced;
      const judged = judgeAll(stages, query, context, found, trace);
      const scored = judged instanceof Promise ? await judged : judged;
      const { selected: chosen, reserve } = stages.selector.select(query, context, scored);
      trace?.count(stages.selector.name, "selector", scored.length, chosen.length);
      const short = stages.backfills.some(
        (backfill) => backfill.missing(query, context, chosen) > 0,
      );
      const selected = short ? await makeUp(stages, query, context, chosen, fallen, trace) : chosen;
      for (const effect of stages.sideEffects) {
        attend(effect.name, background, () => effect.run(query, context, selected));
      }
      return { selected, reserve, context, fallen: fallen.length === 0 ? NOTHING_FELL : fallen };
    },
  };
}

/** All sources side by side, joined in the order of the list. */
function findAll<Query, Context, Found, Known, Scored extends Known>(
  { sources }: Stages<Query, Context, Found, Known, Scored>,
  query: Query,
  context: Context,
  fallen: Fallen[],
  trace: Trace<Known> | undefined,
): Eventually<readonly Found[]> {
  const [only] = sources;
  if (only !== undefined && sources.length === 1) {
    const found = guard(only.name, "source", fallen, () => only.find(query, context));
    const count = (list: readonly Found[] | undefined): readonly Found[] =>
      counted(only.name, list ?? [], trace);
    return found instanceof Promise ? found.then(count) : count(found);
  }
  const answers = sources.map((source) =>
    guard(source.name, "source", fallen, () => source.find(query, context)),
  );
  const join = (lists: readonly (readonly Found[] | undefined)[]): readonly Found[] =>
    lists.flatMap((list, at) => counted(sources[at]?.name ?? "", list ?? [], trace));
  return answers.some((answer) => answer instanceof Promise)
    ? Promise.all(answers.map((answer) => Promise.resolve(answer))).then(join)
    : join(answers as (readonly Found[] | undefined)[]);
}

function counted<Candidate, Known>(
  name: string,
  list: readonly Candidate[],
  trace: Trace<Known> | undefined,
): readonly Candidate[] {
  trace?.count(name, "source", 0, list.length);
  return list;
}

/** Facts, filters and scores, for what the sources or a backfill found. */
function judgeAll<Query, Context, Found, Known, Scored extends Known>(
  stages: Stages<Query, Context, Found, Known, Scored>,
  query: Query,
  context: Context,
  found: readonly Found[],
  trace: Trace<Known> | undefined,
): Eventually<readonly Scored[]> {
  const { hydrator, filters, scorer } = stages;
  const judge = (known: readonly Known[]): readonly Scored[] => {
    trace?.count(hydrator.name, "hydrator", found.length, known.length);
    let kept = known;
    for (const filter of filters) {
      const verdict = filter.judge(query, context);
      const before = kept;
      kept = before.filter((candidate) => {
        const reason = verdict(candidate);
        if (reason !== undefined) trace?.removed.push({ candidate, stage: filter.name, reason });
        return reason === undefined;
      });
      trace?.count(filter.name, "filter", before.length, kept.length);
    }
    const scored = scorer.score(query, context, kept);
    trace?.count(scorer.name, "scorer", kept.length, scored.length);
    return scored;
  };
  const known = hydrator.hydrate(query, context, found);
  return known instanceof Promise ? known.then(judge) : judge(known);
}

async function makeUp<Query, Context, Found, Known, Scored extends Known>(
  stages: Stages<Query, Context, Found, Known, Scored>,
  query: Query,
  context: Context,
  chosen: readonly Scored[],
  fallen: Fallen[],
  trace: Trace<Known> | undefined,
): Promise<readonly Scored[]> {
  let selected = chosen;
  for (const backfill of stages.backfills) {
    const before = selected;
    const missing = backfill.missing(query, context, before);
    if (missing === 0) continue;
    const found = await guard(backfill.name, "backfill", fallen, () =>
      backfill.find(query, context, before, missing),
    );
    if (found === undefined || found.length === 0) continue;
    const judged = await judgeAll(stages, query, context, found, trace);
    selected = [...before, ...judged.slice(0, missing)];
    trace?.count(backfill.name, "backfill", found.length, selected.length - before.length);
  }
  return selected;
}

/** Runs a stage that the pipeline may go on without. */
function guard<Value>(
  stage: string,
  kind: StageKind,
  fallen: Fallen[],
  work: () => Eventually<Value>,
): Eventually<Value | undefined> {
  const goOn = (error: unknown): undefined => {
    if (!failsOpen(kind, error)) throw error;
    fallen.push({ stage, kind, error });
  };
  try {
    const answer = work();
    return answer instanceof Promise ? answer.catch(goOn) : answer;
  } catch (error) {
    return goOn(error);
  }
}

function attend(name: string, background: Background, work: () => Eventually<void>): void {
  try {
    const done = work();
    if (done instanceof Promise) background.run(name, () => done);
  } catch (error) {
    background.run(name, () => Promise.reject(error));
  }
}
