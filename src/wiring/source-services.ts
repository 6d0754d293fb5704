/** The wiring of what changes the catalogue: the catalogue API, and the sources of tenants. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Bindings, Settings } from "../env.ts";
import type { EventServices } from "./event-services.ts";
import { clockMs } from "../platform/clock.ts";
import { inParallel } from "../platform/in-parallel.ts";
import { randomToken } from "../platform/token.ts";
import { D1Deletions } from "../rights/d1-deletions.ts";
import { D1DueRuns } from "../runs/d1-due-runs.ts";
import type { DueRuns } from "../runs/due-runs.ts";
import type { JobName, JobRuns } from "../runs/job-runs.ts";
import { bigquerySource } from "../sources/bigquery-source.ts";
import type { ChangePorts } from "../sources/change-items.ts";
import { D1SourceRecords } from "../sources/d1-source-records.ts";
import { httpSource } from "../sources/http-source.ts";
import { postgresSource } from "../sources/postgres-source.ts";
import { r2Source } from "../sources/r2-source.ts";
import type { RunPorts } from "../sources/run-source.ts";
import type { EventIntake, UserFactsIntake } from "../sources/source-batch.ts";
import { readAnySource } from "../sources/source-kinds.ts";
import type { SourceRecords } from "../sources/source-records.ts";
import { D1Withdrawals } from "../tenants/d1-withdrawals.ts";
import type { TenantRegistry } from "../tenants/tenant-registry.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { WatchLog } from "../users/watch-log.ts";

export interface SourceServices {
  readonly changes: ChangePorts;
  readonly dueRuns: DueRuns;
  readonly records: SourceRecords;
  readonly run: RunPorts;
  /** Puts a run on the queue that starts in a while; `tries` counts those that were put off or failed. */
  runSoon(tenant: TenantId, job: JobName, tries: number, nowMs: number): Promise<void>;
  /** The same, unless one that was asked for is to come. */
  runOnce(tenant: TenantId, job: JobName, nowMs: number): Promise<void>;
}

/** What is made of the catalogue: the pools, and the snapshot that gifts are served from. */
const REFRESHES = ["refresh-pools", "update-popularity"] as const;
/** Six connections may wait for an answer at once in a Worker. */
const USERS_AT_ONCE = 6;
/** Changes that come within this time share a pool refresh. */
const DEBOUNCE_SECONDS = 10;

export function buildSourceServices(parts: {
  readonly env: Bindings;
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  readonly jobRuns: JobRuns;
  readonly watchLog: WatchLog;
  readonly registry: TenantRegistry;
  readonly events: Pick<EventServices, "intake">;
  readonly profiles: BelievedProfiles;
}): SourceServices {
  const { env, settings, catalogue, jobRuns, watchLog } = parts;
  const dueRuns = new D1DueRuns(env.DB);
  const records = new D1SourceRecords(env.DB);
  const runSoon: SourceServices["runSoon"] = async (tenant, job, tries, nowMs) => {
    const id = randomToken();
    await jobRuns.enqueue([{ id, tenant, job, startedBy: "catalogue", enqueuedAtMs: nowMs }]);
    await env.JOBS.send({ id, tenant, job, tries }, { delaySeconds: DEBOUNCE_SECONDS });
  };
  const runOnce: SourceServices["runOnce"] = async (tenant, job, nowMs) => {
    if (await dueRuns.ask(tenant, job, nowMs)) await runSoon(tenant, job, 1, nowMs);
  };
  const changes: ChangePorts = {
    catalogue,
    withdrawals: new D1Withdrawals(env.DB),
    async refreshSoon(tenant, nowMs) {
      await Promise.all(REFRESHES.map((job) => runOnce(tenant, job, nowMs)));
    },
  };
  const read = readersOf(env, settings);
  const { deletedAt } = new D1Deletions(env.DB);
  return {
    dueRuns,
    runSoon,
    runOnce,
    records,
    changes,
    run: { records, changes, watchLog, ...intakesOf(parts), read, deletedAt, clockMs },
  };
}

/** Events go the way of those that clients send; who users are goes to their profiles. */
function intakesOf({
  registry,
  events,
  profiles,
}: Pick<Parameters<typeof buildSourceServices>[0], "registry" | "events" | "profiles">): {
  readonly events: EventIntake;
  readonly userFacts: UserFactsIntake;
} {
  return {
    events: {
      async accept(id, rows) {
        const { tenants } = await registry.loadChanges(undefined, id);
        const tenant = tenants.find((found) => found.id === id);
        if (tenant === undefined) throw new FailureError("UNKNOWN_TENANT", "The tenant is gone.");
        await events.intake.take(tenant, rows, clockMs());
      },
    },
    userFacts: {
      accept: (tenant, users) =>
        inParallel(users, USERS_AT_ONCE, async (facts) => {
          const { user, atMs: _, ...demographics } = facts;
          if (Object.keys(demographics).length === 0) return;
          await profiles.tell({ tenant, user }, { kind: "demographics", demographics });
        }),
    },
  };
}

function readersOf(env: Bindings, { defaultAuth, sourceSecrets }: Settings): RunPorts["read"] {
  const isDemo = defaultAuth === "open";
  const web = {
    fetch: (...ask: Parameters<typeof fetch>) => fetch(...ask),
    pause: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    secretOf(name: string): string {
      const secret = sourceSecrets.get(name);
      if (secret !== undefined) return secret;
      throw new FailureError("SOURCE_UNAVAILABLE", `This deployment has no secret ${name}.`);
    },
  };
  return readAnySource({
    http: httpSource({ ...web, allowLocalHttp: isDemo }),
    r2: r2Source(env.ARTEFACTS),
    postgres: env.GIFTS_DB && postgresSource(env.GIFTS_DB.connectionString),
    bigquery: bigquerySource({ ...web, allowBaseUrl: isDemo, nowMs: clockMs }),
  });
}
