import fc from "fast-check";
import { describe, it } from "vitest";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { readLogLines, writeLogLine } from "../../src/events/logged-event.ts";
import { userOfAnswer } from "../../src/feed/video-inputs.ts";
import {
  type Deletion,
  type Deletions,
  type LogCursor,
  readCursor,
  userDigestOf,
} from "../../src/rights/deletion.ts";
import { purgeUsers, type RightsPorts } from "../../src/rights/delete-user.ts";
import { exportUser } from "../../src/rights/export-user.ts";
import type { Gone } from "../../src/rights/log-purge.ts";
import { purgedText } from "../../src/rights/purged-text.ts";
import { EXPORT_PARTS, readPlace, writePlace } from "../../src/rights/tenant-page.ts";
import { verifyDeletion } from "../../src/rights/verify-deletion.ts";
import { anEvent } from "../support/event-world.ts";

const TENANT = "acme" as TenantId;
const USERS = ["ana", "ana2", "ben", "1"] as UserId[];
const START = 1_000_000;

const event = fc.record({
  id: fc.string({ minLength: 1, maxLength: 8 }),
  user: fc.constantFrom(...USERS),
  // An item may be called like a user.
  item: fc.constantFrom("ana", "ben", "x").map((id) => id as ItemId),
  atMs: fc.integer({ min: 1, max: 10 }),
});

describe("a file of the log without some users", () => {
  it("loses their events up to the deletion, and nothing else", ({ expect }) => {
    const gone = fc.uniqueArray(
      fc.tuple(fc.constantFrom(...USERS), fc.integer({ min: 0, max: 11 })),
      {
        selector: ([user]) => user,
      },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), gone, (events, pairs) => {
        const lines = events.map((each) => writeLogLine({ ...each, type: "like" }));
        const text = lines.map((line) => `${line}\n`).join("");
        const untilMs = new Map(pairs);
        const stays = events.map(({ user, atMs }) => atMs > (untilMs.get(user) ?? -1));
        const expected = lines.filter((_, at) => stays[at]);
        const purged = purgedText(text, untilMs);
        const left = [...readLogLines(purged?.text ?? text)];
        expect((purged?.text ?? text).split("\n").slice(0, -1)).toEqual(expected);
        expect(left.length).toBe(purged?.events ?? events.length);
        const removed = [...(purged?.removed.values() ?? [])].reduce((sum, one) => sum + one, 0);
        expect(removed).toBe(events.length - left.length);
      }),
    );
  });
});

class MemoryDeletions implements Deletions {
  readonly kept = new Map<string, Deletion>();
  writes = 0;

  async keep(deletion: Deletion): Promise<void> {
    this.writes += 1;
    this.kept.set(deletion.receipt, deletion);
  }
  async find(_: TenantId, receipt: string): Promise<Deletion | undefined> {
    return this.kept.get(receipt);
  }
  async pending(): Promise<readonly Deletion[]> {
    return [...this.kept.values()].filter(({ completedAtMs }) => completedAtMs === undefined);
  }
  async deletedAt(): Promise<ReadonlyMap<UserId, number>> {
    return new Map();
  }
  async dropCompleted(): Promise<number> {
    return 0;
  }
}

const aDeletion = (user: string, deletedAtMs: number): Deletion => ({
  tenant: TENANT,
  user: user as UserId,
  receipt: user,
  userDigest: userDigestOf({ tenant: TENANT, user: user as UserId }),
  deletedAtMs,
  stores: [{ store: "event_log", state: "pending", count: 0 }],
});

/** A log of so many slices, each with one event of everybody who is purged. */
function aWorld(slices: number) {
  const deletions = new MemoryDeletions();
  const passes: { users: readonly string[]; after: number }[] = [];
  const ports: RightsPorts = {
    deletions,
    holdings: [],
    derived: [],
    endings: [],
    kept: [],
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    log: {
      flush: () => Promise.resolve(),
      purge: async (_: TenantId, gone: Gone, after: LogCursor | undefined) => {
        const at = (after?.[1] ?? -1) + 1;
        passes.push({ users: [...gone.keys()], after: at });
        const removed = new Map([...gone.keys()].map((user) => [user, 1]));
        return { cursor: at + 1 < slices ? ([0, at] as const) : undefined, files: 1, removed };
      },
      eventsOf: async function* ofEach(_: TenantId, user: UserId, after: LogCursor | undefined) {
        const at = (after?.[1] ?? -1) + 1;
        yield { ...anEvent(`e${at}`, { user, atMs: START }), weight: 1 };
        return at + 1 < slices ? ([0, at] as const) : undefined;
      },
      dropBefore: () => Promise.resolve(0),
    },
  };
  return { ports, deletions, passes };
}

describe("a purge", () => {
  it("reads the log once for all who are at the same place, and late ones afterwards", async ({
    expect,
  }) => {
    const { ports, deletions, passes } = aWorld(3);
    await deletions.keep(aDeletion("ana", START));
    await deletions.keep(aDeletion("ben", START));
    const nowMs = START + 120_000;
    expect(await purgeUsers(ports, TENANT, nowMs)).toMatchObject({ events: 2, more: 1 });
    await deletions.keep(aDeletion("cem", START));
    let runs = 1;
    for (let more = 1; more > 0 && runs < 20; runs += 1) {
      ({ more } = await purgeUsers(ports, TENANT, nowMs));
    }
    expect(passes.map(({ users, after }) => `${users.join()} ${after}`)).toEqual([
      "ana,ben 0",
      "ana,ben 1",
      "ana,ben 2",
      "cem 0",
      "cem 1",
      "cem 2",
    ]);
    const done = [...deletions.kept.values()];
    expect(done.map(({ stores: [log] }) => [log?.state, log?.count])).toEqual([
      ["done", 3],
      ["done", 3],
      ["done", 3],
    ]);
    expect(done.every((deletion) => deletion.user === undefined)).toBe(true);
  });

  it("writes what it waits for once, and again when that has ended", async ({ expect }) => {
    const { ports, deletions } = aWorld(1);
    const ends = {
      store: "elsewhere",
      state: "ends",
      count: 0,
      untilMs: START + 3_600_000,
    } as const;
    const deletion = aDeletion("ana", START);
    await deletions.keep({ ...deletion, stores: [...deletion.stores, ends] });
    const writes: number[] = [];
    for (const minutes of [2, 3, 59, 60]) {
      await purgeUsers(ports, TENANT, START + minutes * 60_000);
      writes.push(deletions.writes);
    }
    expect(writes).toEqual([2, 2, 2, 3]);
    expect(deletions.kept.get("ana")?.completedAtMs).toBe(START + 3_600_000);
  });

  it("leaves a user alone for the first minute", async ({ expect }) => {
    const { ports, deletions, passes } = aWorld(1);
    await deletions.keep(aDeletion("ana", START));
    expect(await purgeUsers(ports, TENANT, START + 59_999)).toMatchObject({ pending: 0 });
    expect(passes).toEqual([]);
  });
});

describe("an export of a user", () => {
  it("goes on where the page before ended, until there is no more", async ({ expect }) => {
    const { ports } = aWorld(3);
    const key = { tenant: TENANT, user: "ana" as UserId };
    const pages: string[][] = [];
    let after: LogCursor | undefined;
    do {
      const lines: { store: string; data?: { id: string }; after?: string }[] = [];
      for await (const line of exportUser(ports, key, START, after)) lines.push(JSON.parse(line));
      pages.push(lines.map(({ store, data }) => `${store} ${data?.id ?? ""}`.trim()));
      after = readCursor(lines.at(-1)?.after ?? "");
    } while (after !== undefined);
    expect(pages).toEqual([
      ["export", "event_log e0", "next"],
      ["event_log e1", "next"],
      ["event_log e2", "end"],
    ]);
    expect(readCursor("0-x")).toBeUndefined();
  });

  it("and a check of a deletion read the whole log", async ({ expect }) => {
    const { ports } = aWorld(3);
    const key = { tenant: TENANT, user: "ana" as UserId };
    const [log] = await verifyDeletion(ports, key, START * 2);
    expect(log).toEqual({ store: "event_log", found: "found", count: 3 });
  });
});

describe("places of an export", () => {
  it("come back as they went", ({ expect }) => {
    const place = fc.record({
      part: fc.constantFrom(...EXPORT_PARTS),
      after: fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(place, (each) => {
        expect(readPlace(writePlace(each))).toEqual(each);
      }),
    );
    for (const text of ["", "[]", "null", '["other"]', '["items",{}]', "%"]) {
      expect(readPlace(text)).toBeUndefined();
    }
  });
});

describe("whose an answer is", () => {
  it("is read from its key, and from no part of it that only looks like a user", ({ expect }) => {
    const key = "acme/video/2/1.1/ana/1790000000000/p/recommendations/20/1/-/.-US/0";
    expect(userOfAnswer(key)).toBe("ana");
    expect(userOfAnswer("acme/popular/2/1.1/ana/1790000000000")).toBeUndefined();
    expect(userOfAnswer("acme/video")).toBeUndefined();
  });
});
