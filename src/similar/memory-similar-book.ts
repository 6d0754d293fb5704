/** The record of versions in memory, for tests and the bench. */
import type { TenantId } from "../domain/ids.ts";
import type { SimilarBook } from "./similar-book.ts";
import type {
  Phase,
  PublishedVersion,
  SimilarVersion,
  Step,
  StepKey,
  VersionFacts,
  VersionPlan,
} from "./similar-version.ts";

interface Entry {
  version: SimilarVersion;
  readonly steps: Map<string, Step>;
  published?: PublishedVersion;
  overAtMs?: number;
}

const keyOf = ({ phase, index }: StepKey): string => `${phase}-${index}`;

export class MemorySimilarBook implements SimilarBook {
  readonly entries: Entry[] = [];

  current(tenant: TenantId): Promise<PublishedVersion | undefined> {
    const entry = this.#of(tenant).find((each) => each.published && each.overAtMs === undefined);
    return Promise.resolve(entry?.published);
  }

  open(tenant: TenantId): Promise<SimilarVersion | undefined> {
    const entry = this.#of(tenant).find((each) => !each.published && each.overAtMs === undefined);
    return Promise.resolve(entry?.version);
  }

  async find(tenant: TenantId, version: number): Promise<SimilarVersion | undefined> {
    const open = await this.open(tenant);
    return open?.version === version ? open : undefined;
  }

  async begin(
    tenant: TenantId,
    run: string,
    plan: VersionPlan,
    steps: readonly Step[],
    nowMs: number,
  ): Promise<SimilarVersion> {
    const last = Math.max(0, ...this.#of(tenant).map((entry) => entry.version.version));
    const version = { tenant, version: last + 1, run, startedAtMs: nowMs, plan, resumed: 0 };
    this.entries.push({ version, steps: new Map() });
    await this.add(version, steps);
    return version;
  }

  resume(version: SimilarVersion, run: string): Promise<void> {
    const entry = this.#entry(version);
    if (entry) entry.version = { ...entry.version, run, resumed: entry.version.resumed + 1 };
    return Promise.resolve();
  }

  add(version: SimilarVersion, steps: readonly Step[]): Promise<void> {
    const known = this.#entry(version)?.steps;
    for (const step of steps) {
      if (known?.has(keyOf(step)) === false)
        known.set(keyOf(step), JSON.parse(JSON.stringify(step)) as Step);
    }
    return Promise.resolve();
  }

  step(version: SimilarVersion, key: StepKey): Promise<Step | undefined> {
    return Promise.resolve(this.#entry(version)?.steps.get(keyOf(key)));
  }

  steps(version: SimilarVersion, phase: Phase): Promise<readonly Step[]> {
    const steps = [...(this.#entry(version)?.steps.values() ?? [])];
    return Promise.resolve(
      steps.filter((step) => step.phase === phase).toSorted((a, b) => a.index - b.index),
    );
  }

  unfinished(version: SimilarVersion): Promise<readonly StepKey[]> {
    const steps = [...(this.#entry(version)?.steps.values() ?? [])];
    return Promise.resolve(steps.filter(({ result }) => result === undefined));
  }

  finish(version: SimilarVersion, key: StepKey, result: unknown): Promise<void> {
    const steps = this.#entry(version)?.steps;
    const step = steps?.get(keyOf(key));
    if (step !== undefined && step.result === undefined)
      steps?.set(keyOf(key), { ...step, result: JSON.parse(JSON.stringify(result)) as unknown });
    return Promise.resolve();
  }

  publish(version: SimilarVersion, facts: VersionFacts, nowMs: number): Promise<void> {
    const entry = this.#entry(version);
    if (entry === undefined || entry.published || entry.overAtMs !== undefined)
      return Promise.resolve();
    for (const other of this.#of(version.tenant)) if (other.published) other.overAtMs ??= nowMs;
    entry.published = { ...entry.version, facts, publishedAtMs: nowMs };
    return Promise.resolve();
  }

  abandon(version: SimilarVersion, nowMs: number): Promise<void> {
    const entry = this.#entry(version);
    if (entry && !entry.published) entry.overAtMs ??= nowMs;
    return Promise.resolve();
  }

  over(tenant: TenantId, untilMs: number): Promise<readonly number[]> {
    const over = this.#of(tenant).filter((entry) => (entry.overAtMs ?? Infinity) < untilMs);
    return Promise.resolve(over.map((entry) => entry.version.version));
  }

  erase(tenant: TenantId, version: number): Promise<void> {
    const at = this.entries.findIndex(
      (entry) => entry.version.tenant === tenant && entry.version.version === version,
    );
    if (at >= 0) this.entries.splice(at, 1);
    return Promise.resolve();
  }

  #of(tenant: TenantId): Entry[] {
    return this.entries.filter((entry) => entry.version.tenant === tenant);
  }

  #entry({ tenant, version }: SimilarVersion): Entry | undefined {
    return this.#of(tenant).find((entry) => entry.version.version === version);
  }
}
