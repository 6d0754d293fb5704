/** The record of versions and steps in D1. */
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

interface VersionRow {
  readonly tenant: TenantId;
  readonly version: number;
  readonly run: string;
  readonly started_at: number;
  readonly plan: string;
  readonly resumed: number;
  readonly published_at: number | null;
  readonly facts: string | null;
}

interface StepRow {
  readonly phase: Phase;
  readonly step: number;
  readonly spec: string;
  readonly result: string | null;
}

/** A bound text may have 2 MB: 20 splits of 200 files each are below 400 KB. */
const STEPS_PER_STATEMENT = 20;

export class D1SimilarBook implements SimilarBook {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async current(tenant: TenantId): Promise<PublishedVersion | undefined> {
    const row = await this.#database
      .prepare(
        `SELECT * FROM similar_versions
         WHERE tenant = ? AND published_at IS NOT NULL AND over_at IS NULL
         ORDER BY version DESC LIMIT 1`,
      )
      .bind(tenant)
      .first<VersionRow>();
    if (row?.facts == null || row.published_at === null) return undefined;
    const facts = JSON.parse(row.facts) as VersionFacts;
    return { ...versionOf(row), publishedAtMs: row.published_at, facts };
  }

  async open(tenant: TenantId): Promise<SimilarVersion | undefined> {
    const row = await this.#database
      .prepare(
        `SELECT * FROM similar_versions WHERE tenant = ? AND published_at IS NULL AND over_at IS NULL
         ORDER BY version DESC LIMIT 1`,
      )
      .bind(tenant)
      .first<VersionRow>();
    return row === null ? undefined : versionOf(row);
  }

  async find(tenant: TenantId, version: number): Promise<SimilarVersion | undefined> {
    const row = await this.#database
      .prepare(
        `SELECT * FROM similar_versions
         WHERE tenant = ? AND version = ? AND published_at IS NULL AND over_at IS NULL`,
      )
      .bind(tenant, version)
      .first<VersionRow>();
    return row === null ? undefined : versionOf(row);
  }

  async begin(
    tenant: TenantId,
    run: string,
    plan: VersionPlan,
    steps: readonly Step[],
    nowMs: number,
  ): Promise<SimilarVersion> {
    const begun = this.#database
      .prepare(
        `INSERT INTO similar_versions (tenant, version, run, started_at, plan)
         SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4 FROM similar_versions WHERE tenant = ?1
         RETURNING *`,
      )
      .bind(tenant, run, nowMs, JSON.stringify(plan));
    // One transaction: a version without steps would wait for ever. The newest version is the one just begun.
    const newest = "(SELECT max(version) FROM similar_versions WHERE tenant = ?1)";
    const [answer] = await this.#database.batch<VersionRow>([
      begun,
      ...this.#additions(newest, tenant, steps),
    ]);
    const [row] = answer?.results ?? [];
    if (row === undefined) throw new Error("a version was not begun");
    return versionOf(row);
  }

  async resume({ tenant, version }: SimilarVersion, run: string): Promise<void> {
    await this.#database
      .prepare(
        "UPDATE similar_versions SET run = ?, resumed = resumed + 1 WHERE tenant = ? AND version = ?",
      )
      .bind(run, tenant, version)
      .run();
  }

  async add({ tenant, version }: SimilarVersion, steps: readonly Step[]): Promise<void> {
    const statements = this.#additions(String(version), tenant, steps);
    if (statements.length > 0) await this.#database.batch(statements);
  }

  async step(
    { tenant, version }: SimilarVersion,
    { phase, index }: StepKey,
  ): Promise<Step | undefined> {
    const row = await this.#database
      .prepare(
        "SELECT * FROM similar_steps WHERE tenant = ? AND version = ? AND phase = ? AND step = ?",
      )
      .bind(tenant, version, phase, index)
      .first<StepRow>();
    return row === null ? undefined : stepOf(row);
  }

  async steps({ tenant, version }: SimilarVersion, phase: Phase): Promise<readonly Step[]> {
    const { results } = await this.#database
      .prepare(
        "SELECT * FROM similar_steps WHERE tenant = ? AND version = ? AND phase = ? ORDER BY step",
      )
      .bind(tenant, version, phase)
      .all<StepRow>();
    return results.map(stepOf);
  }

  async unfinished({ tenant, version }: SimilarVersion): Promise<readonly StepKey[]> {
    const { results } = await this.#database
      .prepare(
        `SELECT phase, step FROM similar_steps
         WHERE tenant = ? AND version = ? AND result IS NULL ORDER BY phase, step`,
      )
      .bind(tenant, version)
      .all<Pick<StepRow, "phase" | "step">>();
    return results.map(({ phase, step }) => ({ phase, index: step }));
  }

  async finish(
    { tenant, version }: SimilarVersion,
    { phase, index }: StepKey,
    result: unknown,
  ): Promise<void> {
    await this.#database
      .prepare(
        `UPDATE similar_steps SET result = ?
         WHERE tenant = ? AND version = ? AND phase = ? AND step = ? AND result IS NULL`,
      )
      .bind(JSON.stringify(result), tenant, version, phase, index)
      .run();
  }

  async publish(
    { tenant, version }: SimilarVersion,
    facts: VersionFacts,
    nowMs: number,
  ): Promise<void> {
    await this.#database.batch([
      this.#database
        .prepare(
          `UPDATE similar_versions SET over_at = ?3
           WHERE tenant = ?1 AND version < ?2 AND over_at IS NULL
             AND EXISTS (SELECT 1 FROM similar_versions
               WHERE tenant = ?1 AND version = ?2 AND over_at IS NULL)`,
        )
        .bind(tenant, version, nowMs),
      this.#database
        .prepare(
          `UPDATE similar_versions SET published_at = ?3, facts = ?4
           WHERE tenant = ?1 AND version = ?2 AND published_at IS NULL AND over_at IS NULL`,
        )
        .bind(tenant, version, nowMs, JSON.stringify(facts)),
    ]);
  }

  async abandon({ tenant, version }: SimilarVersion, nowMs: number): Promise<void> {
    await this.#database
      .prepare(
        `UPDATE similar_versions SET over_at = ?
         WHERE tenant = ? AND version = ? AND published_at IS NULL AND over_at IS NULL`,
      )
      .bind(nowMs, tenant, version)
      .run();
  }

  async over(tenant: TenantId, untilMs: number): Promise<readonly number[]> {
    const { results } = await this.#database
      .prepare("SELECT version FROM similar_versions WHERE tenant = ? AND over_at < ?")
      .bind(tenant, untilMs)
      .all<{ version: number }>();
    return results.map(({ version }) => version);
  }

  async erase(tenant: TenantId, version: number): Promise<void> {
    const of = (sql: string): D1PreparedStatement =>
      this.#database.prepare(sql).bind(tenant, version);
    await this.#database.batch([
      of("DELETE FROM similar_steps WHERE tenant = ? AND version = ?"),
      of("DELETE FROM similar_versions WHERE tenant = ? AND version = ?"),
    ]);
  }

  /** `version` is SQL of ours. */
  #additions(version: string, tenant: TenantId, steps: readonly Step[]): D1PreparedStatement[] {
    const statements: D1PreparedStatement[] = [];
    for (let at = 0; at < steps.length; at += STEPS_PER_STATEMENT) {
      const rows = steps
        .slice(at, at + STEPS_PER_STATEMENT)
        .map(({ phase, index, spec }) => [phase, index, JSON.stringify(spec)]);
      statements.push(
        this.#database
          .prepare(
            `INSERT OR IGNORE INTO similar_steps (tenant, version, phase, step, spec)
             SELECT ?1, ${version}, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2)`,
          )
          .bind(tenant, JSON.stringify(rows)),
      );
    }
    return statements;
  }
}

const versionOf = (row: VersionRow): SimilarVersion => ({
  tenant: row.tenant,
  version: row.version,
  run: row.run,
  startedAtMs: row.started_at,
  plan: JSON.parse(row.plan) as VersionPlan,
  resumed: row.resumed,
});

const stepOf = ({ phase, step, spec, result }: StepRow): Step => ({
  phase,
  index: step,
  spec: JSON.parse(spec) as unknown,
  ...(result === null ? {} : { result: JSON.parse(result) as unknown }),
});
