/** A shard's records in memory, for tests: a copy of it is what a restart would find. */
import type { FlushPlan, OutboxEntry, ShardRecords, Waiting } from "./shard-records.ts";

interface Kept {
  readonly names: Map<string, number>;
  readonly outbox: Map<number, OutboxEntry>;
  last: number;
  lastSeq: number;
  plan: FlushPlan | undefined;
}

const copyOf = (kept: Kept): Kept => ({
  ...kept,
  names: new Map(kept.names),
  outbox: new Map(kept.outbox),
});

export class MemoryShardRecords implements ShardRecords {
  #kept: Kept = { names: new Map(), outbox: new Map(), last: 0, lastSeq: 0, plan: undefined };

  known(names: readonly string[]): ReadonlySet<string> {
    return new Set(names.filter((name) => this.#kept.names.has(name)));
  }

  keep(names: readonly string[], day: number): ReadonlySet<string> {
    const fresh = names.filter((name) => !this.#kept.names.has(name));
    for (const name of fresh) this.#kept.names.set(name, day);
    return new Set(fresh);
  }

  dropBefore(day: number): void {
    for (const [name, came] of this.#kept.names) if (came < day) this.#kept.names.delete(name);
  }

  append(entry: OutboxEntry): void {
    this.#kept.last += 1;
    this.#kept.outbox.set(this.#kept.last, entry);
  }

  waiting(): Waiting {
    const entries = [...this.#kept.outbox.values()];
    const characters = entries.reduce((sum, { text }) => sum + text.length, 0);
    return { entries: entries.length, characters };
  }

  plan(): FlushPlan | undefined {
    return this.#kept.plan;
  }

  makePlan(seqFrom: number, charactersLimit: number): FlushPlan | undefined {
    let plan: FlushPlan | undefined;
    let characters = 0;
    const seq = Math.max(seqFrom, this.#kept.lastSeq + 1);
    for (const [through, { day, text }] of this.#kept.outbox) {
      characters += text.length;
      if (plan !== undefined && (plan.day !== day || characters > charactersLimit)) break;
      plan = { seq, day, through };
    }
    if (plan !== undefined) this.#kept.lastSeq = seq;
    this.#kept.plan = plan;
    return plan;
  }

  planned({ through }: FlushPlan): readonly OutboxEntry[] {
    return [...this.#kept.outbox].filter(([at]) => at <= through).map(([, entry]) => entry);
  }

  finish(plan: FlushPlan): void {
    if (this.#kept.plan?.seq !== plan.seq) return;
    for (const at of this.#kept.outbox.keys()) if (at <= plan.through) this.#kept.outbox.delete(at);
    this.#kept.plan = undefined;
  }

  together<Result>(work: () => Result): Result {
    const before = copyOf(this.#kept);
    try {
      return work();
    } catch (error) {
      this.#kept = before;
      throw error;
    }
  }
}
