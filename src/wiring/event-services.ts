/** The wiring of events: their queue, their shards, what they do to users, and what became of the dead ones. */
import type { TenantId } from "../domain/ids.ts";
import type { Bindings, Settings } from "../env.ts";
import { D1DeadEvents } from "../events/d1-dead-events.ts";
import { D1EventDays } from "../events/d1-event-days.ts";
import type { DeadEvents } from "../events/dead-events.ts";
import { DurableEventShards } from "../events/durable-event-shards.ts";
import { EventIntake, type EventQueue } from "../events/event-intake.ts";
import type { IngestPorts } from "../events/ingest.ts";
import { RecentEvents } from "../events/recent-events.ts";
import type { UserEffects } from "../events/user-effects.ts";
import { weightOf } from "../events/weights.ts";
import { applyEvents, type EventPorts } from "../feed/apply-events.ts";
import { UserGroups } from "../feed/user-groups.ts";
import type { Counters } from "../observability/counters.ts";
import { D1Deletions } from "../rights/d1-deletions.ts";
import { consoleLog } from "../observability/log.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";

export interface EventServices {
  readonly intake: EventIntake;
  readonly queue: EventQueue;
  readonly ingest: IngestPorts;
  readonly dead: DeadEvents;
  readonly recent: RecentEvents;
  /** Before a job reads the log or its counts: what waits is written. When it cannot be, the job does without. */
  settle(tenant: TenantId): Promise<void>;
}

export interface EventServicesSettings {
  readonly env: Pick<Bindings, "EVENTS" | "EVENTS_DO" | "DB">;
  readonly settings: Pick<Settings, "eventShards">;
  readonly counters: Counters;
  /** Of the users who cause them; nobody waits for the answer, so that the deployment's deadlines hold. */
  readonly effectsOf: (tenant: Tenant) => Omit<EventPorts, "weightOf">;
  readonly profiles: BelievedProfiles;
}

export function buildEventServices({
  env,
  settings,
  counters,
  effectsOf,
  profiles,
}: EventServicesSettings): EventServices {
  const groups = new UserGroups(profiles);
  const effects: UserEffects = {
    async apply(tenant, events, nowMs) {
      const { weights } = tenant.config.events;
      const ports = { ...effectsOf(tenant), weightOf: weightOf.bind(undefined, weights) };
      groups.learn(tenant.id, await applyEvents(ports, tenant.id, events, nowMs), nowMs);
    },
    groupsOf: (tenant, users, nowMs) => groups.of(tenant.id, users, nowMs),
  };
  const deletions = new D1Deletions(env.DB);
  const ingest = {
    shards: new DurableEventShards({ namespace: env.EVENTS_DO, shards: settings.eventShards }),
    effects,
    counters,
    log: consoleLog,
    deletedAt: deletions.deletedAt,
  };
  const queue: EventQueue = {
    async send(message) {
      await env.EVENTS.sendBatch([{ body: message }]);
    },
  };
  return {
    intake: new EventIntake({ ...ingest, queue }),
    queue,
    ingest,
    dead: new D1DeadEvents(env.DB),
    async settle(tenant) {
      try {
        await ingest.shards.flushAll(tenant);
      } catch (error) {
        consoleLog.warn("a job does without the latest events", { tenant, error });
      }
    },
    recent: new RecentEvents(new D1EventDays(env.DB)),
  };
}
