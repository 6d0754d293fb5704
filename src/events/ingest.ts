/**
 * Ask, apply, record: what becomes of events that came. The shard says which are new, they are applied to their users,
 * and then the shard records them. A step that fails or a consumer that dies leaves events unrecorded, and the message
 * comes again: applying twice changes nothing, and recording twice counts once. Groups fail alone.
 */
import type { TenantId } from "../domain/ids.ts";
import type { Counters } from "../observability/counters.ts";
import type { Log } from "../observability/log.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";
import { type DeletedAt, withoutDeleted } from "./deleted-users.ts";
import type { EventShards } from "./event-shards.ts";
import type { LoggedEvent } from "./logged-event.ts";
import type { UserEffects } from "./user-effects.ts";
import type { UserEvent } from "./user-event.ts";
import { weightOf } from "./weights.ts";

export interface IngestPorts {
  readonly shards: EventShards;
  readonly effects: UserEffects;
  /** What users did before they were deleted is refused. */
  readonly deletedAt?: DeletedAt;
  readonly counters: Counters;
  readonly log: Log;
}

export interface Ingested {
  /** New ones, recorded now. */
  readonly recorded: number;
  /** Ids of events that must come again. */
  readonly failed: ReadonlySet<string>;
}

/** One call of a shard: 300 KB of events as a rule, and 1.2 MB at most. */
const GROUP_EVENTS = 2_000;
/** Groups under way at once. */
const WIDTH = 4;
/** Users whose events are tried alone, because some of their group failed. */
const ALONE_WIDTH = 16;

export async function ingest(
  ports: IngestPorts,
  tenant: Tenant,
  events: readonly UserEvent[],
  nowMs: number,
): Promise<Ingested> {
  let recorded = 0;
  const failed = new Set<string>();
  await inParallel(groupsOf(ports.shards, events), WIDTH, async ({ shard, group }) => {
    try {
      const added = await ingestGroup(ports, tenant, shard, group, nowMs, failed);
      recorded += added;
    } catch (error) {
      ports.counters.add("events.failed", group.length);
      ports.log.warn("events could not be recorded", { tenant: tenant.id, shard, error });
      for (const { id } of group) failed.add(id);
    }
  });
  ports.counters.add("events.recorded", recorded);
  return { recorded, failed };
}

interface Group {
  readonly shard: number;
  readonly group: readonly UserEvent[];
}

/** By shard, each event once, those of a user together. */
function groupsOf(shards: EventShards, events: readonly UserEvent[]): readonly Group[] {
  const distinct = new Map<string, UserEvent>();
  for (const event of events) if (!distinct.has(event.id)) distinct.set(event.id, event);
  const byShard = Map.groupBy(distinct.values(), ({ user }) => shards.shardOf(user));
  return [...byShard].flatMap(([shard, all]) => {
    const sorted = [...Map.groupBy(all, ({ user }) => user).values()].flat();
    const groups: Group[] = [];
    for (let at = 0; at < sorted.length; at += GROUP_EVENTS) {
      groups.push({ shard, group: sorted.slice(at, at + GROUP_EVENTS) });
    }
    return groups;
  });
}

/** Returns how many events are new. Users whose events could not be applied are added to `failed`. */
async function ingestGroup(
  ports: IngestPorts,
  tenant: Tenant,
  shard: number,
  group: readonly UserEvent[],
  nowMs: number,
  failed: Set<string>,
): Promise<number> {
  const { shards } = ports;
  const key = { tenant: tenant.id, shard };
  const unknown = await shards.unknown(
    key,
    group.map(({ id }) => id),
  );
  const news = group.filter(({ id }) => unknown.has(id)).toSorted((a, b) => a.atMs - b.atMs);
  const fresh = await ofLiving(ports, tenant, news);
  if (fresh.length === 0) return 0;
  const applied = await applyAll(ports, tenant, fresh, nowMs, failed);
  if (applied.length === 0) return 0;
  return shards.record(key, await weighed(ports, tenant, applied, nowMs));
}

async function ofLiving(
  { deletedAt, counters }: IngestPorts,
  tenant: Tenant,
  events: readonly UserEvent[],
): Promise<readonly UserEvent[]> {
  if (deletedAt === undefined) return events;
  const kept = await withoutDeleted(deletedAt, tenant.id, events, ({ atMs }) => atMs);
  if (kept !== events) counters.add("events.of_deleted", events.length - kept.length);
  return kept;
}

/** All at once; user by user where that fails, so that one whom nothing can be done for holds nobody up. */
async function applyAll(
  { effects, counters, log }: IngestPorts,
  tenant: Tenant,
  events: readonly UserEvent[],
  nowMs: number,
  failed: Set<string>,
): Promise<readonly UserEvent[]> {
  try {
    await effects.apply(tenant, events, nowMs);
    return events;
  } catch (error) {
    counters.add("events.apply_failed");
    log.warn("events are applied user by user", { tenant: tenant.id, error });
  }
  const applied: UserEvent[] = [];
  const users = [...Map.groupBy(events, ({ user }) => user).values()];
  await inParallel(users, ALONE_WIDTH, async (own) => {
    try {
      await effects.apply(tenant, own, nowMs);
      applied.push(...own);
    } catch {
      counters.add("events.failed", own.length);
      for (const { id } of own) failed.add(id);
    }
  });
  return applied;
}

/** With what they weigh, and the groups that their users are counted in. */
async function weighed(
  { effects, counters }: IngestPorts,
  tenant: Tenant,
  events: readonly UserEvent[],
  nowMs: number,
): Promise<readonly LoggedEvent[]> {
  const { weights } = tenant.config.events;
  const users = [...new Set(events.map(({ user }) => user))];
  const groups = await effects.groupsOf(tenant, users, nowMs).catch(() => {
    // Counted among everybody: late is worse than coarse.
    counters.add("events.ungrouped", events.length);
    return undefined;
  });
  return events.map((taken) => {
    const { applied: _, ...event } = taken;
    const { gender, age, country } = groups?.get(event.user) ?? {};
    return {
      ...event,
      ...(event.country === undefined && country !== undefined ? { country } : {}),
      ...(gender === undefined ? {} : { gender }),
      ...(age === undefined ? {} : { age }),
      weight: weightOf(weights, event),
    };
  });
}

/** What still has to come again of a message that died: what the shards have is left out. */
export async function unrecorded(
  shards: EventShards,
  tenant: TenantId,
  events: readonly UserEvent[],
): Promise<readonly UserEvent[]> {
  const byShard = Map.groupBy(events, ({ user }) => shards.shardOf(user));
  const left = await Promise.all(
    Array.from(byShard, async ([shard, group]) => {
      const ids = group.map(({ id }) => id);
      const unknown = await shards.unknown({ tenant, shard }, ids);
      return group.filter(({ id }) => unknown.has(id));
    }),
  );
  return left.flat();
}
