import { describe, it } from "vitest";
import type { ItemId, UserId } from "../../src/domain/ids.ts";
import { readLogLines, writeLogLine } from "../../src/events/logged-event.ts";
import type { UserEvent } from "../../src/events/user-event.ts";
import { weightOf } from "../../src/events/weights.ts";
import { tenantConfigSchema } from "../../src/tenants/tenant-config.ts";

const { weights } = tenantConfigSchema.parse({ name: "A tenant" }).events;
const anEvent = (fields: Partial<UserEvent> & Pick<UserEvent, "type">): UserEvent => ({
  id: "e1",
  user: "ann" as UserId,
  item: "v1" as ItemId,
  atMs: 1_790_000_000_000,
  ...fields,
});
const weigh = (fields: Parameters<typeof anEvent>[0]) => weightOf(weights, anEvent(fields));

describe("the weight of an event", () => {
  it("is that of its type, and explicit ones weigh more than implicit ones", ({ expect }) => {
    expect(weigh({ type: "like" })).toBeGreaterThan(weigh({ type: "watch" }));
    expect(weigh({ type: "watch" })).toBeGreaterThan(weigh({ type: "click" }));
    expect(weigh({ type: "impression" })).toBe(0);
    for (const type of ["unlike", "dislike", "skip"] as const)
      expect(weigh({ type })).toBeLessThan(0);
  });

  it("of a watch grows with the share that was watched", ({ expect }) => {
    const watch = (watchedSeconds: number) =>
      weigh({ type: "watch", watchedSeconds, totalSeconds: 100 });
    expect([watch(0), watch(25), watch(100), watch(500)]).toEqual([0, 0.5, 2, 2]);
    expect(weigh({ type: "watch" })).toBe(2);
  });

  it("of a rating is what it is above or below the middle of 1 to 5", ({ expect }) => {
    const rate = (rating: number) => weigh({ type: "rate", rating });
    expect([rate(1), rate(3), rate(4), rate(5)]).toEqual([-3, 0, 1.5, 3]);
  });

  it("of an item taken from a list takes back what putting it there gave", ({ expect }) => {
    expect(weigh({ type: "watchlist", removed: true })).toBe(-weigh({ type: "watchlist" }));
  });
});

describe("a line of the log", () => {
  it("says all that the event said", ({ expect }) => {
    const events = [
      { ...anEvent({ type: "like" }), weight: 3 },
      {
        ...anEvent({ type: "watch", watchedSeconds: 3, totalSeconds: 9, country: "DE" }),
        device: "tv\n",
        gender: "f",
        age: "18-24",
        weight: 0.667,
      },
      { ...anEvent({ type: "watchlist", removed: true }), weight: -2 },
      { ...anEvent({ type: "rate", rating: 4 }), weight: 1.5 },
    ];
    const text = events.map((event) => `${writeLogLine(event)}\n`).join("");
    expect([...readLogLines(text)]).toEqual(events);
    expect([...readLogLines("")]).toEqual([]);
    expect(() => [...readLogLines('{"i":"e1","y":"stare","t":1}')]).toThrow("no line");
  });
});
