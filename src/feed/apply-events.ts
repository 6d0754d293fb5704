/**
 * Applies events to the users who caused them: what they watched or refuse leaves their pages, and their profiles learn.
 * Safe to repeat: profiles know what they applied, and a mark made twice is one. Whoever calls repeats what it throws
 * for, with the same events.
 */
import type { Metadata } from "../catalogue/catalogue.ts";
import { isOutage } from "../domain/failure.ts";
import type { ItemId, TenantId, UserId } from "../domain/ids.ts";
import type { UserEvent } from "../events/user-event.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { Demographics } from "../profiles/demographics.ts";
import { completionOf } from "../profiles/learned-values.ts";
import type { AppliedEvent } from "../profiles/profile-store.ts";
import type { ActivityBuffer } from "../users/active-users.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { UserKey } from "../users/user-store.ts";
import { type MarkPorts, markDeeds } from "./mark-deeds.ts";
import { lengthOf, tastedItem, textOf } from "./tasted-item.ts";

/** One call a user, of a few milliseconds, while a queue's batch waits. */
const USERS_AT_ONCE = 16;

export interface EventPorts extends MarkPorts {
  /** Nobody waits to see that it is acknowledged: other isolates may believe the version before for a second. */
  readonly profiles: Pick<BelievedProfiles, "tell">;
  /** Items that the catalogue does not know are absent. Throws when it does not answer. */
  readonly itemsOf: (
    tenant: TenantId,
    items: readonly ItemId[],
    nowMs: number,
  ) => Promise<ReadonlyMap<ItemId, Metadata>>;
  readonly activity: Pick<ActivityBuffer, "note" | "flush">;
  readonly policy: UserPolicy;
  /** By the tenant's weights. */
  readonly weightOf: (event: UserEvent) => number;
}

export type Deed = UserEvent & Pick<AppliedEvent, "type">;

/**
 * Seen by the next answer of each user, a second later where another isolate was just told the version before.
 * Impressions change no answer, and feedback did so when it came: both are only counted. When one store is down, what the others keep is done all the
 * same, and then it throws. Answers with who these users are, as far as they said: aggregates count by it.
 */
export async function applyEvents(
  ports: EventPorts,
  tenant: TenantId,
  events: readonly UserEvent[],
  nowMs: number,
): Promise<ReadonlyMap<UserId, Demographics>> {
  const deeds = events.filter(
    (event): event is Deed => event.type !== "impression" && event.applied === undefined,
  );
  const known = new Map<UserId, Demographics>();
  if (deeds.length === 0) return known;
  const failures: unknown[] = [];
  const tolerant = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!isOutage(error)) throw error;
      failures.push(error);
    }
  };
  let items: ReadonlyMap<ItemId, Metadata> | undefined;
  await tolerant(async () => {
    items = await ports.itemsOf(tenant, [...new Set(deeds.map(({ item }) => item))], nowMs);
  });
  const users = byUser(tenant, deeds);
  const marked = users.map(({ key, done }) => ({
    key,
    deeds: done.map((event) => {
      const totalSeconds = event.totalSeconds ?? lengthOf(items?.get(event.item));
      const share = completionOf(event.watchedSeconds, totalSeconds);
      return { type: event.type, item: event.item, share };
    }),
  }));
  // Before the profiles: an answer that is made in between must not be kept under the new version.
  await tolerant(() => markDeeds(ports, marked, { policy: ports.policy, nowMs }));
  await inParallel(users, USERS_AT_ONCE, async ({ key, done }) => {
    // Without the catalogue the taste would miss what the items are, and never learn it.
    if (items === undefined) return;
    const found = items;
    const change = {
      kind: "events",
      events: done.map((event) => appliedEvent(event, found.get(event.item), ports.weightOf)),
    } as const;
    await tolerant(async () => {
      const { demographics } = await ports.profiles.tell(key, change);
      if (demographics !== undefined) known.set(key.user, demographics);
    });
    if (ports.activity.note(tenant, key.user, nowMs))
      await tolerant(() => ports.activity.flush(nowMs));
  });
  if (failures.length > 0) throw failures[0];
  return known;
}

interface UserDone {
  readonly key: UserKey;
  /** Earliest first. */
  readonly done: readonly Deed[];
}

const byUser = (tenant: TenantId, deeds: readonly Deed[]): readonly UserDone[] =>
  Array.from(
    Map.groupBy(deeds, ({ user }) => user),
    ([user, done]) => ({
      key: { tenant, user },
      done: done.toSorted((a, b) => a.atMs - b.atMs),
    }),
  );

/** With what its tenant and the catalogue say of it. */
export function appliedEvent(
  event: Deed,
  metadata: Metadata | undefined,
  weightOf: EventPorts["weightOf"],
): AppliedEvent {
  const { id, type, item, atMs, watchedSeconds } = event;
  const totalSeconds = event.totalSeconds ?? lengthOf(metadata);
  const title = textOf(metadata?.["title"]);
  return {
    id,
    type,
    item,
    atMs,
    weight: weightOf(totalSeconds === undefined ? event : { ...event, totalSeconds }),
    ...(watchedSeconds === undefined ? {} : { watchSeconds: watchedSeconds }),
    ...(totalSeconds === undefined ? {} : { totalSeconds }),
    ...(title === undefined ? {} : { title }),
    ...(metadata === undefined ? {} : { facts: tastedItem(metadata) }),
  };
}
