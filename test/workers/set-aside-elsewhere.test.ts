/** Two isolates: one holds a scrolling user's next page, the other one consumes their events. */
import { describe, it } from "vitest";
import { aWorker, OPERATOR_KEY } from "./support/access.ts";
import { aTenantWithFeed, type Feed, itemName } from "./support/app.ts";
import { anEventWorker } from "./support/events.ts";

const ITEMS = 60;

describe("a page that waits in the memory of an isolate", () => {
  it("shows nothing of what another isolate was told a second ago", async ({ expect }) => {
    const tenant = await aTenantWithFeed(ITEMS);
    const scroller = aWorker();
    const pageOf = async (user: string): Promise<Feed> => {
      const path = `/t/${tenant}/recommend/${user}?count=10`;
      return (await scroller(path, { credential: OPERATOR_KEY })).json<Feed>();
    };
    for (const user of ["ann", "ben"]) {
      await pageOf(user);
      const second = await pageOf(user);
      expect(second.videos).toHaveLength(10);
    }
    const consumer = anEventWorker();
    const watched = Array.from({ length: ITEMS }, (_, rank) => itemName(rank));
    const events = watched.map((id) => ({ type: "watch", user_id: "ann", item_id: id }));
    await (await consumer.send(tenant, events)).text();
    expect(await consumer.deliver()).toEqual({ retried: 0 });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await pageOf("ann")).videos).toEqual([]);
    // Whom nothing happened to has it from memory.
    const other = await pageOf("ben");
    expect(other.meta.cache).toBe("l1");
    expect(other.videos).toHaveLength(10);
  });
});
