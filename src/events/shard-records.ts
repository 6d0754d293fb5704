/** The port for what a shard keeps: names of events, and lines that wait for the log. Synchronous: one turn, one transaction. */

/** Lines that were recorded together. */
export interface OutboxEntry {
  /** Epoch day of arrival. */
  readonly day: number;
  readonly events: number;
  /** One line an event, each with its line feed. */
  readonly text: string;
}

/** What the next file of the log will hold. It stays as it is until the file is written and counted. */
export interface FlushPlan {
  /** Of the file; grows, follows the clock, and does not come back when the shard is lost. */
  readonly seq: number;
  readonly day: number;
  /** The last entry of the outbox that is part of it. */
  readonly through: number;
}

export interface Waiting {
  readonly entries: number;
  readonly characters: number;
}

export interface ShardRecords {
  /** Of these names, the ones that are kept. */
  known(names: readonly string[]): ReadonlySet<string>;
  /** Keeps names under a day of arrival; returns those that were not kept before. */
  keep(names: readonly string[], day: number): ReadonlySet<string>;
  /** Drops names that came before the day. */
  dropBefore(day: number): void;
  append(entry: OutboxEntry): void;
  waiting(): Waiting;
  plan(): FlushPlan | undefined;
  /** Plans a file of the first entries: of one day, and about so many characters; undefined when nothing waits. */
  makePlan(seqFrom: number, charactersLimit: number): FlushPlan | undefined;
  planned(plan: FlushPlan): readonly OutboxEntry[];
  /** The file is written and counted: its entries and its plan go, in one step. */
  finish(plan: FlushPlan): void;
  /** All of it or nothing. */
  together<Result>(work: () => Result): Result;
}
