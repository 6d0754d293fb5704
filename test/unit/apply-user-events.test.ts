import { describe, it } from "vitest";
import type { Metadata } from "../../src/catalogue/catalogue.ts";
import { FailureError } from "../../src/domain/failure.ts";
import { itemCodes, joinCodes } from "../../src/domain/item-code.ts";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import type { UserEvent } from "../../src/events/user-event.ts";
import { applyEvents, type EventPorts } from "../../src/feed/apply-events.ts";
import { LeasedPages } from "../../src/feed/leased-pages.ts";
import { TASTE_MARK } from "../../src/feed/taste-mark.ts";
import { weightOf } from "../../src/events/weights.ts";
import { BelievedProfiles } from "../../src/profiles/believed-profiles.ts";
import { MemoryProfileStore } from "../../src/profiles/memory-profile-store.ts";
import { tenantConfigSchema } from "../../src/tenants/tenant-config.ts";
import { MemoryUserStore } from "../../src/users/memory-user-store.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";

const NOW_MS = 1_800_000_000_000;
const TENANT = "t" as TenantId;
const { weights: WEIGHTS } = tenantConfigSchema.parse({ name: "T" }).events;

const item = (name: string): ItemId => name as ItemId;

const anEvent = (changes: Partial<UserEvent> = {}): UserEvent => ({
  id: "event-1",
  type: "like",
  user: "ana" as UserId,
  item: item("film"),
  atMs: NOW_MS,
  ...changes,
});

const CATALOGUE: ReadonlyMap<ItemId, Metadata> = new Map([
  [item("film"), { title: "A film", tags: ["noir"], channel: "A studio", duration_seconds: 100 }],
]);

function aWorld(changes: Partial<EventPorts> = {}) {
  const users = new MemoryUserStore();
  const store = new MemoryProfileStore(() => NOW_MS);
  const told: UserId[] = [];
  const profiles = new BelievedProfiles({ store, holder: "here", pause: () => Promise.resolve() });
  const ports: EventPorts = {
    users,
    profiles: {
      tell: (key, change) => {
        told.push(key.user);
        return profiles.tell(key, change);
      },
    },
    leasedPages: new LeasedPages(),
    itemsOf: (_tenant, ids) => {
      return Promise.resolve(new Map([...CATALOGUE].filter(([id]) => ids.includes(id))));
    },
    activity: { note: () => false, flush: () => Promise.resolve() },
    policy: DEFAULT_USER_POLICY,
    weightOf: weightOf.bind(undefined, WEIGHTS),
    ...changes,
  };
  const keyOf = (user: string) => ({ tenant: TENANT, user: user as UserId });
  return {
    told,
    apply: (...events: readonly UserEvent[]) => applyEvents(ports, TENANT, events, NOW_MS),
    async profileOf(user = "ana") {
      return (await store.open(keyOf(user), { holder: "test" })).profile;
    },
    peek: (names: readonly string[], user = "ana") =>
      users.peek(keyOf(user), {
        nowSeconds: NOW_MS / 1_000,
        limits: { popularity: 0, freshness: 0 },
        candidates: joinCodes(itemCodes(names.map(item)), TASTE_MARK),
        policy: DEFAULT_USER_POLICY,
      }),
  };
}

const away = () => Promise.reject(new FailureError("USER_STATE_UNAVAILABLE", "down"));

describe("events that are applied", () => {
  it("hide what was watched or disliked, and cool down what was skipped", async ({ expect }) => {
    const world = aWorld();
    await world.apply(
      anEvent({ id: "1", type: "watch", watchedSeconds: 50, totalSeconds: 100 }),
      anEvent({ id: "2", type: "dislike", item: item("bad") }),
      anEvent({ id: "3", type: "skip", item: item("dull") }),
      // 5 of 100 s by the catalogue: hardly seen.
      anEvent({ id: "4", type: "watch", user: "ben" as UserId, watchedSeconds: 5 }),
      anEvent({ id: "5", item: item("liked") }),
    );
    const names = ["film", "bad", "dull", "liked"];
    const ana = await world.peek(names);
    expect(ana.watched).toBe(joinCodes(itemCodes([item("film"), item("bad")]), TASTE_MARK));
    expect(ana.cooling).toBe(itemCodes([item("dull")]));
    const ben = await world.peek(names, "ben");
    expect([ben.watched, ben.cooling]).toEqual([TASTE_MARK, itemCodes([item("film")])]);
  });

  it("teach the profile what the catalogue says of the items, one change a user", async ({
    expect,
  }) => {
    const world = aWorld();
    const ben = "ben" as UserId;
    await world.apply(
      anEvent({ id: "1" }),
      anEvent({ id: "2", type: "watch", watchedSeconds: 90 }),
      anEvent({ id: "3", user: ben, item: item("unknown") }),
    );
    expect(world.told.toSorted()).toEqual(["ana", "ben"]);
    const ana = await world.profileOf();
    expect(ana?.liked).toEqual(["film"]);
    expect(ana?.history).toMatchObject([{ title: "A film", channelTitle: "A studio" }]);
    expect(Object.keys(ana?.taste.tags ?? {})).toEqual(["noir"]);
    expect(Object.keys(ana?.taste.creators ?? {})).toEqual(["A studio"]);
    expect((await world.profileOf("ben"))?.liked).toEqual(["unknown"]);
  });

  it("cost nothing when they are impressions", async ({ expect }) => {
    const world = aWorld({ users: { markAll: away }, itemsOf: away });
    await world.apply(anEvent({ type: "impression" }));
    expect(world.told).toEqual([]);
  });

  it("do what they can while one store is down, and all of it when they come again", async ({
    expect,
  }) => {
    const world = aWorld({ users: { markAll: away } });
    await expect(world.apply(anEvent())).rejects.toThrow("down");
    expect((await world.profileOf())?.liked).toEqual(["film"]);

    let catalogueIsDown = true;
    const later = aWorld({
      itemsOf: () => (catalogueIsDown ? away() : Promise.resolve(CATALOGUE)),
    });
    const dislike = anEvent({ type: "dislike" });
    await expect(later.apply(dislike)).rejects.toThrow("down");
    expect((await later.peek(["film"])).watched).toContain(itemCodes([item("film")]));
    expect((await later.profileOf())?.disliked).toEqual([]);
    catalogueIsDown = false;
    await later.apply(dislike);
    const once = await later.profileOf();
    expect(once?.disliked).toEqual(["film"]);
    await later.apply(dislike);
    expect(await later.profileOf()).toEqual(once);
  });
});
