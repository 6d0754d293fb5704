/** What is watched while the user's next page is being set aside. */
import { describe, it } from "vitest";
import { recordFeedback } from "../../src/feed/feedback.ts";
import { markDeeds } from "../../src/feed/mark-deeds.ts";
import { recommend } from "../../src/feed/recommend.ts";
import { MemoryUserStore } from "../../src/users/memory-user-store.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";
import type { LeaseEntry, LeaseResult } from "../../src/users/user-store.ts";
import { aFeedOf, FEED_NOW_MS, someItems } from "../support/feed-fixture.ts";

const ITEMS = someItems(300);

/** Leases at once; the answer arrives when the test says so. */
class SlowLeases extends MemoryUserStore {
  readonly asked: Promise<void>;
  #tell: (() => void) | undefined;
  readonly #late: (() => void)[] = [];
  constructor() {
    super();
    this.asked = new Promise((resolve) => void (this.#tell = resolve));
  }
  override async lease(entries: readonly LeaseEntry[]): Promise<readonly LeaseResult[]> {
    const results = await super.lease(entries);
    await new Promise<void>((arrive) => {
      this.#late.push(arrive);
      this.#tell?.();
    });
    return results;
  }
  arrive(): void {
    for (const arrive of this.#late.splice(0)) arrive();
  }
}

/** A user who scrolls; their next page was leased, and this isolate does not know yet. */
async function aPageOnItsWay() {
  const users = new SlowLeases();
  const feed = await aFeedOf(ITEMS, { users });
  const call = feed.call("ana");
  const ask = () => recommend({ ...call, recType: "mixed", count: 10 });
  await ask();
  await ask();
  const arrived = feed.settle();
  await users.asked;
  return {
    ask,
    users,
    key: call.key,
    leasedPages: feed.ports.leasedPages,
    arrive: async (): Promise<void> => {
      users.arrive();
      await arrived;
    },
  };
}

const ports = { policy: DEFAULT_USER_POLICY, nowMs: FEED_NOW_MS };

describe("an item that is watched while the next page is on its way", () => {
  it("is in no page after the feedback", async ({ expect }) => {
    const { ask, users, key, leasedPages, arrive } = await aPageOnItsWay();
    const items = ITEMS.map(({ id }) => id);
    const request = { key, items, permanent: true, taught: false, ...ports };
    expect(await recordFeedback({ users, leasedPages }, request)).toBe(ITEMS.length);
    await arrive();
    expect((await ask()).served).toEqual([]);
  });

  it("is in no page after its event", async ({ expect }) => {
    const { ask, users, key, leasedPages, arrive } = await aPageOnItsWay();
    const deeds = ITEMS.map(({ id }) => ({ type: "watch", item: id, share: 1 }) as const);
    await markDeeds({ users, leasedPages }, [{ key, deeds }], ports);
    await arrive();
    expect((await ask()).served).toEqual([]);
  });
});
