/** The wiring of users' rights: every store that holds something of a user. */
import { RedisTier } from "../cache/redis-tier.ts";
import { HOUR_MS } from "../domain/epoch-time.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { D1CountLedger } from "../events/d1-count-ledger.ts";
import { R2EventLog } from "../events/r2-event-log.ts";
import type { Bindings, Settings } from "../env.ts";
import { D1DeadEvents } from "../events/d1-dead-events.ts";
import { DurableEventShards } from "../events/durable-event-shards.ts";
import { userOfAnswer } from "../feed/video-inputs.ts";
import { LEASE_SECONDS, type LeasedPages } from "../feed/leased-pages.ts";
import type { L2 } from "./l2-stores.ts";
import { consoleLog } from "../observability/log.ts";
import { clockMs } from "../platform/clock.ts";
import type { ProfileStore } from "../profiles/profile-store.ts";
import { d1Rows, d1SourcePlaces, d1UserKeys, deadEventsHolding } from "../rights/d1-holdings.ts";
import { D1Deletions } from "../rights/d1-deletions.ts";
import type { RightsPorts } from "../rights/delete-user.ts";
import { durableAnswersHolding } from "../rights/durable-answers-holding.ts";
import { durableProfileHolding } from "../rights/durable-profile-holding.ts";
import { profileKeeper } from "../profiles/durable-profile-store.ts";
import type { Holding } from "../rights/holding.ts";
import { redisAnswersHolding } from "../rights/redis-answers-holding.ts";
import { r2ArtefactsHolding } from "../rights/r2-artefacts-holding.ts";
import { R2LogPurge } from "../rights/r2-log-purge.ts";
import { D1TenantRows } from "../rights/d1-tenant-rows.ts";
import type { RestorePorts } from "../rights/restore-rows.ts";
import type { TenantRows } from "../rights/tenant-page.ts";
import { D1SourceRecords } from "../sources/d1-source-records.ts";
import { D1Withdrawals } from "../tenants/d1-withdrawals.ts";
import { D1Webhooks } from "../webhooks/d1-webhooks.ts";
import { newSecret } from "../webhooks/signature.ts";
import type { UserKey } from "../users/user-store.ts";
import { D1WatchLog } from "../users/d1-watch-log.ts";
import { userStateHolding } from "../rights/user-state-holding.ts";

/** Whole tenants, out and in. */
export function buildTransfer({ env, settings, catalogue }: RightsServicesSettings): {
  readonly tenantRows: TenantRows;
  readonly restore: RestorePorts;
} {
  return {
    tenantRows: new D1TenantRows({
      database: env.DB,
      log: env.EVENT_LOG,
      flushLog: (tenant) => eventShards(env, settings).flushAll(tenant),
      profileOf: async (key) => (await profileKeeper(env.PROFILES_DO, key).rows()).profile,
    }),
    restore: {
      catalogue,
      withdrawals: new D1Withdrawals(env.DB),
      sources: new D1SourceRecords(env.DB),
      webhooks: new D1Webhooks(env.DB),
      newSecret,
      watchLog: new D1WatchLog(env.DB),
      deletions: new D1Deletions(env.DB),
      log: new R2EventLog(env.EVENT_LOG),
      ledger: new D1CountLedger(env.DB),
      async restoreProfile(key, record) {
        // Numbers follow the clock: none of them comes back.
        const nowMs = clockMs();
        const stored = JSON.stringify({ ...record, version: nowMs, revision: nowMs });
        await profileKeeper(env.PROFILES_DO, key).restore(key, stored);
      },
    },
  };
}

export interface RightsServicesSettings {
  readonly catalogue: Catalogue;
  readonly env: Bindings;
  readonly settings: Pick<Settings, "userShards" | "eventShards" | "redis" | "deadlinesMs">;
  readonly l2s: readonly L2[];
  readonly profiles: Pick<ProfileStore, "forget">;
  readonly leasedPages: LeasedPages;
}

/** The longest that a tenant may let answers be fresh is a day; stale as long again, and 2 h more on errors. */
const ANSWER_LIFE_MS = 50 * HOUR_MS;
/** A Pacific day has 25 hours in autumn. */
const QUOTA_LIFE_MS = 25 * HOUR_MS;
/** The retries of a delivery end within 70 hours (src/webhooks/retry-plan.ts). */
const OUTBOX_LIFE_MS = 72 * HOUR_MS;

const eventShards = (env: Bindings, settings: Pick<Settings, "eventShards">) =>
  new DurableEventShards({ namespace: env.EVENTS_DO, shards: settings.eventShards });

function redisAnswers({
  redis,
  deadlinesMs,
}: RightsServicesSettings["settings"]): readonly Holding[] {
  if (redis === undefined) return [];
  const own = { ...redis, deadlineMs: deadlinesMs.l2 };
  const tier = new RedisTier({ redis: own, nowMs: clockMs, userOf: userOfAnswer });
  return [redisAnswersHolding(tier)];
}

export function buildRightsServices(parts: RightsServicesSettings): RightsPorts {
  const { env, settings, l2s, profiles, leasedPages } = parts;
  return {
    deletions: new D1Deletions(env.DB),
    holdings: [
      ...l2s.map(({ kind, users }) => {
        const holding = userStateHolding({ kind, users, nowMs: clockMs });
        return {
          ...holding,
          // Of this isolate at once; in others a page set aside can be claimed for 25 s.
          erase: (key: UserKey) => holding.erase(key).finally(() => leasedPages.drop(key)),
        };
      }),
      durableProfileHolding(env.PROFILES_DO, profiles),
      d1Rows(env.DB, "watched"),
      d1Rows(env.DB, "active_users"),
      durableAnswersHolding({
        namespace: env.CACHE_DO,
        shards: settings.userShards,
        userOf: userOfAnswer,
      }),
      ...redisAnswers(settings),
      deadEventsHolding(new D1DeadEvents(env.DB)),
    ],
    derived: [r2ArtefactsHolding(env.ARTEFACTS)],
    log: new R2LogPurge({
      database: env.DB,
      bucket: env.EVENT_LOG,
      shards: eventShards(env, settings),
    }),
    endings: [
      { store: "pages_set_aside", lifeMs: LEASE_SECONDS * 1_000 },
      { store: "cached_answers_elsewhere", lifeMs: ANSWER_LIFE_MS },
      { store: "quota_of_today", lifeMs: QUOTA_LIFE_MS },
      { store: "events_on_their_way_out", lifeMs: OUTBOX_LIFE_MS },
    ],
    kept: [d1UserKeys(env.DB), d1SourcePlaces(env.DB)],
    logger: consoleLog,
  };
}
