import fc from "fast-check";
import { describe, it } from "vitest";
import { parseBatch, type ReadBatch } from "../../src/events/parse-batch.ts";
import type { UserEvent } from "../../src/events/user-event.ts";

const NOW_MS = Date.parse("2026-11-21T12:00:00Z");
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const read = (body: unknown, nowMs = NOW_MS) => {
  const batch: ReadBatch = parseBatch(body, nowMs);
  if ("fault" in batch) throw new Error(batch.fault);
  return batch;
};

const one = (body: unknown): UserEvent => {
  const { events, rejected } = read(body);
  const [event] = events;
  if (event === undefined) throw new Error(JSON.stringify(rejected));
  return event;
};

const reasonOf = (record: unknown): string | undefined => read([record]).rejected[0]?.reason;

const WATCH = { type: "watch", user_id: "ann", item_id: "v1", time: "2026-11-21T11:00:00Z" };

describe("our own form", () => {
  it("is a list, a list under its name, or one event", ({ expect }) => {
    for (const body of [[WATCH], { events: [WATCH] }, WATCH]) {
      expect(read(body).events).toMatchObject([{ type: "watch", user: "ann", item: "v1" }]);
    }
  });

  it("carries what its type has", ({ expect }) => {
    expect(one({ ...WATCH, watched_seconds: 30, total_seconds: 60, device: "tv" })).toMatchObject({
      watchedSeconds: 30,
      totalSeconds: 60,
      device: "tv",
    });
    expect(one({ ...WATCH, type: "rate", rating: 4.5, country: "de" })).toMatchObject({
      rating: 4.5,
      country: "DE",
    });
    expect(one({ ...WATCH, type: "watchlist", action: "removed" }).removed).toBe(true);
    expect(one({ ...WATCH, type: "click", rating: 9 })).not.toHaveProperty("rating");
  });

  it("tells the time in ISO 8601, seconds or milliseconds, and now where it is silent", ({
    expect,
  }) => {
    const atMs = Date.parse(WATCH.time);
    const times = [
      WATCH.time,
      "2026-11-21 11:00",
      "2026-11-21T12:00:00+01:00",
      "2026-11-21T12:00:00.000000+01",
      atMs,
      atMs / 1_000,
      String(atMs),
    ];
    for (const time of times) expect(one({ ...WATCH, time }).atMs, String(time)).toBe(atMs);
    const { time: _, ...silent } = WATCH;
    expect(one(silent).atMs).toBe(NOW_MS);
  });
});

describe("system B's events", () => {
  const rest = { user_id: "ann", video_id: "v1", timestamp: WATCH.time };
  const watched = { ...rest, watched_duration: 30, total_duration: 60, device: "tv" };

  it("are known by their name, their topic or their fields", ({ expect }) => {
    const events: readonly [string, string, Record<string, unknown>][] = [
      ["VideoWatched", "watch", watched],
      ["VideoRated", "rate", { ...rest, rating: 4 }],
      ["WatchlistUpdated", "watchlist", { ...rest, action: "added" }],
    ];
    for (const [name, type, fields] of events) {
      expect(one([{ event_type: name, ...fields }]).type).toBe(type);
      expect(one([fields]).type).toBe(type);
      const topic = `service.${name.replaceAll(/(?<=.)[A-Z]/g, "-$&").toLowerCase()}`;
      expect(one({ records: [{ key: null, value: fields, topic }] }).type).toBe(type);
    }
  });
});

describe("CloudEvents", () => {
  const event = { specversion: "1.0", id: "7", source: "/player", type: "com.shop.like.v2" };
  const data = { user_id: "ann", item_id: "v1" };

  it("are taken alone, in batches and with their attributes in headers", ({ expect }) => {
    const structured = one({ ...event, time: WATCH.time, data });
    expect(structured).toMatchObject({ type: "like", atMs: Date.parse(WATCH.time) });
    const batch = [{ ...event, time: WATCH.time, data: JSON.stringify(data) }];
    expect(one(batch)).toEqual(structured);
    const { id, source, type } = event;
    const binary = parseBatch(data, NOW_MS, { id, source, type, time: WATCH.time });
    expect(binary).toEqual({ events: [structured], rejected: [] });
  });

  it("are one event where source and id are the same, and only there", ({ expect }) => {
    const { id } = one({ ...event, data });
    expect(one({ ...event, data: { ...data, id: "other" } }).id).toBe(id);
    expect(one({ ...event, source: "/tv", data }).id).not.toBe(id);
    expect(one({ ...event, id: "8", data }).id).not.toBe(id);
  });

  it("are refused without what every event must have", ({ expect }) => {
    expect(reasonOf({ ...event, specversion: "0.3", data })).toBe("specversion: must be 1.0");
    expect(reasonOf({ ...event, id: "", data })).toBe("id: missing");
    expect(reasonOf({ ...event, source: 5, data })).toBe("source: missing");
    expect(reasonOf({ ...event, type: undefined, data })).toBe("type: missing");
    expect(reasonOf({ ...event })).toBe("data: must be an object");
  });
});

describe("Kafka Connect", () => {
  it("sends values alone, values as text, and values in their schema", ({ expect }) => {
    const plain = one([WATCH]);
    expect(one({ records: [{ value: JSON.stringify(WATCH) }] })).toEqual(plain);
    expect(one([{ schema: { type: "struct" }, payload: WATCH }])).toEqual(plain);
    expect(one({ records: [{ value: { schema: null, payload: WATCH }, topic: "any" }] })).toEqual(
      plain,
    );
  });

  it("is told which record was no record", ({ expect }) => {
    expect(read({ records: [{ value: "{" }, { value: WATCH }, "x"] }).rejected).toEqual([
      { index: 0, reason: "value: must be an object" },
      { index: 2, reason: "must be an object" },
    ]);
  });
});

describe("what is refused", () => {
  it("says which field is at fault, and the rest of the request goes on", ({ expect }) => {
    const faults: readonly [Record<string, unknown>, RegExp][] = [
      [{ type: "stare" }, /^type: stare is not known/],
      [{ type: 5 }, /^type: must be text/],
      [{ type: undefined }, /^type: missing/],
      [{ user_id: undefined }, /^user_id: missing/],
      [{ user_id: "a b" }, /^user_id: must be/],
      [{ item_id: undefined }, /^item_id: missing/],
      [{ item_id: "a/b" }, /^item_id: must be/],
      [{ id: "a b" }, /^id: must be/],
      [{ time: "yesterday" }, /^time: must be/],
      [{ time: -5 }, /^time: must be/],
      [{ time: NOW_MS + 6 * MINUTE_MS }, /^time: is in the future/],
      [{ time: NOW_MS - 7 * DAY_MS - 1 }, /^time: is more than 7 days ago/],
      [{ watched_seconds: -1 }, /^watched_seconds: must be/],
      [{ total_seconds: "long" }, /^total_seconds: must be/],
      [{ type: "rate" }, /^rating: missing/],
      [{ type: "rate", rating: 0 }, /^rating: must be from 1 to 5/],
      [{ type: "rate", rating: 10 }, /^rating: must be from 1 to 5/],
      [{ type: "watchlist", action: "burnt" }, /^action: must be/],
      [{ country: "UK" }, /^country: must be/],
    ];
    const body = [WATCH, ...faults.map(([fault]) => ({ ...WATCH, ...fault })), WATCH];
    const { events, rejected } = read(body);
    expect(events).toHaveLength(2);
    for (const [at, [, reason]] of faults.entries()) {
      expect(rejected[at]?.index).toBe(at + 1);
      expect(rejected[at]?.reason).toMatch(reason);
    }
  });

  it("is a clock that is 5 minutes ahead for nobody, and a week late for nobody", ({ expect }) => {
    for (const time of [NOW_MS + 5 * MINUTE_MS, NOW_MS - 7 * DAY_MS]) {
      expect(one({ ...WATCH, time }).atMs).toBe(time);
    }
  });

  it("is a body of no known form, and one of more than 1,000 events", ({ expect }) => {
    for (const body of [{}, 5, null, "x", { events: 5 }]) {
      expect(parseBatch(body, NOW_MS)).toHaveProperty("fault");
    }
    expect(
      parseBatch(
        Array.from({ length: 1_001 }, () => WATCH),
        NOW_MS,
      ),
    ).toHaveProperty("fault");
    expect(read(Array.from({ length: 1_000 }, () => WATCH)).events).toHaveLength(1_000);
  });
});

describe("the id of an event", () => {
  const anEvent = fc.record({
    user: fc.stringMatching(/^[a-z0-9]{1,20}$/),
    item: fc.stringMatching(/^[a-z0-9]{1,20}$/),
    atMs: fc.integer({ min: NOW_MS - 6 * DAY_MS, max: NOW_MS }),
    watched: fc.integer({ min: 0, max: 3_600 }),
    total: fc.integer({ min: 1, max: 3_600 }),
  });

  it("is the same in every form that gives none", ({ expect }) => {
    fc.assert(
      fc.property(anEvent, ({ user, item, atMs, watched, total }) => {
        const ours = {
          type: "watch",
          user_id: user,
          item_id: item,
          time: atMs,
          watched_seconds: watched,
          total_seconds: total,
        };
        const theirs = {
          user_id: user,
          video_id: item,
          watched_duration: watched,
          total_duration: total,
          timestamp: new Date(atMs).toISOString(),
          device: "tv",
        };
        const topic = "analytics-service.video-watched";
        const forms = [
          [ours],
          [{ event_type: "VideoWatched", ...theirs }],
          { records: [{ key: user, value: theirs, topic }] },
          { records: [{ value: JSON.stringify({ schema: {}, payload: theirs }) }] },
        ];
        const ids = new Set(forms.map((form) => one(form).id));
        expect(ids.size).toBe(1);
      }),
    );
  });

  it("is another when anything that makes the event is another", ({ expect }) => {
    fc.assert(
      fc.property(anEvent, anEvent, (a, b) => {
        const idOf = ({ user, item, atMs, watched, total }: typeof a) =>
          one({
            type: "watch",
            user_id: user,
            item_id: item,
            time: atMs,
            watched_seconds: watched,
            total_seconds: total,
          }).id;
        expect(idOf(a) === idOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});
