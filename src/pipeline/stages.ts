/**
 * The kinds of stages, and what each may do. The types hold the order: a candidate gains its fields by passing
 * a stage, so a stage that needs them cannot come before.
 *
 * `Query` is what is asked, `Context` what was looked up for it once, `Found` a candidate as a source knows it,
 * `Known` one with its facts, `Scored` one with its score.
 */

/** A value now, or later. Stages that can answer at once should: a turn of the event loop is dear on a warm path. */
export type Eventually<Value> = Value | Promise<Value>;

/** Looks up what the other stages need. What it cannot do without, it throws for. */
export interface QueryHydrator<Query, Context> {
  readonly name: string;
  hydrate(query: Query): Eventually<Context>;
}

/** Brings candidates. Sources run side by side; one that fails is a gap, not an end. */
export interface Source<Query, Context, Found> {
  readonly name: string;
  /** `undefined`: this source has no answer, which is not the same as an empty one. */
  find(query: Query, context: Context): Eventually<readonly Found[] | undefined>;
}

/** Adds facts. It answers with a list as long as its input and cannot drop anything. */
export interface Hydrator<Query, Context, Found, Known> {
  readonly name: string;
  hydrate(query: Query, context: Context, found: readonly Found[]): Eventually<readonly Known[]>;
}

/** Judges one candidate at a time, without I/O: a reason to remove it, or undefined to keep it. */
export interface Filter<Query, Context, Known> {
  readonly name: string;
  judge(query: Query, context: Context): (candidate: Known) => string | undefined;
}

/** Scores candidates, without I/O. Its answer is as long as its input. */
export interface Scorer<Query, Context, Known, Scored> {
  readonly name: string;
  score(query: Query, context: Context, known: readonly Known[]): readonly Scored[];
}

export interface Passed<Scored> {
  readonly candidate: Scored;
  readonly reason: string;
}

export interface Selection<Scored> {
  readonly selected: readonly Scored[];
  /** The others, best first, each with the reason why it was passed over. */
  readonly reserve: readonly Passed<Scored>[];
}

/** Chooses and orders, without I/O. */
export interface Selector<Query, Context, Scored> {
  readonly name: string;
  select(query: Query, context: Context, scored: readonly Scored[]): Selection<Scored>;
}

/** Makes a short selection up. Its candidates pass the same filters. */
export interface Backfill<Query, Context, Found, Scored> {
  readonly name: string;
  /** How many are missing; 0 when the selection will do. */
  missing(query: Query, context: Context, selected: readonly Scored[]): number;
  find(
    query: Query,
    context: Context,
    selected: readonly Scored[],
    missing: number,
  ): Eventually<readonly Found[]>;
}

/** Runs behind the answer. Losing it must not change what was answered. */
export interface SideEffect<Query, Context, Scored> {
  readonly name: string;
  run(query: Query, context: Context, selected: readonly Scored[]): Eventually<void>;
}

/** A pipeline is a list of stages. */
export interface Stages<Query, Context, Found, Known, Scored> {
  readonly name: string;
  readonly queryHydrator: QueryHydrator<Query, Context>;
  readonly sources: readonly Source<Query, Context, Found>[];
  readonly hydrator: Hydrator<Query, Context, Found, Known>;
  readonly filters: readonly Filter<Query, Context, Known>[];
  readonly scorer: Scorer<Query, Context, Known, Scored>;
  readonly selector: Selector<Query, Context, Scored>;
  readonly backfills: readonly Backfill<Query, Context, Found, Scored>[];
  readonly sideEffects: readonly SideEffect<Query, Context, Scored>[];
}
