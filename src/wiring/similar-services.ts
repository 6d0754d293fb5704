/** The wiring of what goes together: its versions in D1, their objects in R2, the queue of their steps. */
import { CacheApiTier } from "../cache/cache-api-tier.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Bindings } from "../env.ts";
import { readLogLines } from "../events/logged-event.ts";
import type { Counters } from "../observability/counters.ts";
import { clockMs } from "../platform/clock.ts";
import { D1RemovedUsers } from "../similar/d1-removed-users.ts";
import { D1SimilarBook } from "../similar/d1-similar-book.ts";
import { KeptSimilarItems } from "../similar/kept-similar-items.ts";
import { R2Artefacts } from "../similar/r2-artefacts.ts";
import { R2LogFiles } from "../similar/r2-log-files.ts";
import type { SimilarPorts } from "../similar/run-step.ts";
import type { SimilarItems } from "../similar/similar-items.ts";
import type { VersionFacts } from "../similar/similar-version.ts";

export interface SimilarServices {
  readonly items: SimilarItems;
  /** Of the version that is served; undefined before the first. */
  facts(tenant: TenantId): Promise<VersionFacts | undefined>;
  /** For jobs; beside them, jobs bring the records of their runs. */
  readonly ports: Omit<SimilarPorts, "finishRun">;
}

/** A batch of messages is limited to 100. */
const SEND_LIMIT = 100;

export function buildSimilarServices(env: Bindings, counters: Counters): SimilarServices {
  const book = new D1SimilarBook(env.DB);
  const artefacts = new R2Artefacts(env.ARTEFACTS);
  const edge = new CacheApiTier({ name: "similar", nowMs: clockMs });
  return {
    items: new KeptSimilarItems({ artefacts, book, tiers: [edge], counters }),
    facts: async (tenant) => (await book.current(tenant))?.facts,
    ports: {
      book,
      artefacts,
      logFiles: new R2LogFiles({
        database: env.DB,
        bucket: env.EVENT_LOG,
        readLines: readLogLines,
      }),
      removedUsers: new D1RemovedUsers(env.DB),
      async send(messages) {
        for (let at = 0; at < messages.length; at += SEND_LIMIT)
          await env.STEPS.sendBatch(messages.slice(at, at + SEND_LIMIT).map((body) => ({ body })));
      },
    },
  };
}
