import fc from "fast-check";
import { describe, it } from "vitest";
import type { ItemId, UserId } from "../../src/domain/ids.ts";
import type { WeighedEvent } from "../../src/similar/log-files.ts";
import { removedKey } from "../../src/similar/removed-users.ts";
import { mayName, namingOf, tableNames } from "../../src/similar/named-users.ts";
import { runStep } from "../../src/similar/run-step.ts";
import {
  anEvent,
  aSimilarFixture,
  likes,
  NOW_MS,
  servedBy,
  type SimilarFixture,
  TENANT,
} from "../support/similar-fixture.ts";

const HOUR_MS = 3_600_000;
const USERS = ["ann", "bob", "cid", "dan", "eve"];
const ITEMS = ["a", "b", "c", "d", "e"];
const background = { run: () => undefined };

const neighboursOf = async (fixture: SimilarFixture, item: string): Promise<readonly string[]> => {
  const found = await fixture.items().neighboursOf(TENANT, [item as ItemId], NOW_MS, background);
  return (found?.get(item as ItemId) ?? []).map((neighbour) => neighbour.item);
};

const listOf = async (fixture: SimilarFixture, user: string): Promise<readonly string[]> => {
  const list = await fixture.items().byUsersLike(TENANT, user as UserId, NOW_MS, background);
  return (list ?? []).map(({ item }) => item);
};

async function computed(...files: readonly (readonly WeighedEvent[])[]): Promise<SimilarFixture> {
  const fixture = aSimilarFixture();
  for (const [shard, events] of files.entries()) fixture.log.append(shard, events);
  await fixture.update("run-1");
  await fixture.drain();
  return fixture;
}

const aLog = fc.array(
  fc.array(
    fc
      .tuple(fc.constantFrom(...USERS), fc.constantFrom(...ITEMS), fc.integer({ min: 1, max: 9 }))
      .map(([user, item, hours]) =>
        anEvent(user, hours % 4 === 0 ? "unlike" : "like", item, {
          atMs: NOW_MS - hours * HOUR_MS,
        }),
      ),
    { maxLength: 12 },
  ),
  { minLength: 1, maxLength: 5 },
);

describe("the steps of a version", () => {
  it("make lists of what goes together", async ({ expect }) => {
    const fixture = await computed(
      [...likes("ann", "a", "b"), ...likes("bob", "a", "b", "c")],
      likes("cid", "d"),
    );
    expect(fixture.runs).toEqual(new Map([["run-1", "succeeded"]]));
    expect(await neighboursOf(fixture, "a")).toEqual(["b", "c"]);
    expect(await neighboursOf(fixture, "d")).toEqual([]);
    expect(await listOf(fixture, "ann")).toEqual(["c"]);
    expect(await listOf(fixture, "bob")).toEqual([]);
    expect(await listOf(fixture, "nobody")).toEqual([]);
  });

  it("say that nothing was computed before the first", async ({ expect }) => {
    const fixture = aSimilarFixture();
    expect(await servedBy(fixture, ["ann"], ["a"])).toEqual({
      neighbours: undefined,
      lists: { ann: undefined },
    });
  });

  it("are none for an empty log, and none again while it gains nothing", async ({ expect }) => {
    const fixture = aSimilarFixture();
    expect(await fixture.update("run-1")).toBe("kept");
    fixture.log.append(0, [anEvent("ann", "impression", "a")]);
    expect(await fixture.update("run-2")).toBe("running");
    await fixture.drain();
    expect(fixture.runs.get("run-2")).toBe("succeeded");
    expect(await neighboursOf(fixture, "a")).toEqual([]);
    expect(await fixture.update("run-3")).toBe("kept");
  });

  it("come to the same however often and in whatever order they are delivered", async ({
    expect,
  }) => {
    await fc.assert(
      fc.asyncProperty(aLog, fc.infiniteStream(fc.nat()), async (files, chance) => {
        const straight = await computed(...files);
        const other = aSimilarFixture();
        for (const [shard, events] of files.entries()) other.log.append(shard, events);
        await other.update("run-1");
        let copies = 30;
        await other.drain((queue) => {
          const picks = chance.next().value ?? 0;
          const index = picks % queue.length;
          const message = queue[index];
          if (picks % 3 === 0 && message !== undefined && copies-- > 0) other.queue.push(message);
          return index;
        });
        expect(await servedBy(other, USERS, ITEMS)).toEqual(await servedBy(straight, USERS, ITEMS));
      }),
      { numRuns: 50 },
    );
  });

  it("come to the same from one version to the next as over the whole log", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(aLog, async (files) => {
        const whole = aSimilarFixture();
        const growing = aSimilarFixture();
        for (const [at, events] of files.entries()) {
          whole.log.append(0, events);
          growing.log.append(0, events);
          await growing.update(`run-${at}`, NOW_MS + at);
          await growing.drain();
        }
        await whole.update("run-1");
        await whole.drain();
        expect(await servedBy(growing, USERS, ITEMS)).toEqual(await servedBy(whole, USERS, ITEMS));
      }),
      { numRuns: 50 },
    );
  });

  it("forget a pair whose like was taken back", async ({ expect }) => {
    const fixture = await computed([...likes("ann", "a", "b"), ...likes("bob", "a", "c")]);
    expect(await neighboursOf(fixture, "a")).toEqual(["b", "c"]);
    fixture.log.append(0, [anEvent("ann", "unlike", "b", { atMs: NOW_MS })]);
    await fixture.update("run-2");
    await fixture.drain();
    expect(await neighboursOf(fixture, "a")).toEqual(["c"]);
    expect(await neighboursOf(fixture, "b")).toEqual([]);
  });

  it("forget a user who was deleted, without any event, until the user comes back", async ({
    expect,
  }) => {
    const fixture = await computed([...likes("ann", "a", "b"), ...likes("bob", "a", "c")]);
    fixture.log.removed.set(removedKey(TENANT, "ann"), NOW_MS);
    expect(await fixture.update("run-2")).toBe("running");
    await fixture.drain();
    expect(await neighboursOf(fixture, "a")).toEqual(["c"]);
    const objects = [...fixture.artefacts.objects].filter(([name]) => name.includes("/2/"));
    const texts = objects.map(([, bytes]) => new TextDecoder().decode(bytes));
    expect(texts.some((text) => text.includes("bob"))).toBe(true);
    expect(texts.some((text) => text.includes("ann"))).toBe(false);
    fixture.log.append(0, [
      anEvent("ann", "like", "a", { atMs: NOW_MS + 1 }),
      anEvent("ann", "like", "e", { atMs: NOW_MS + 1 }),
    ]);
    await fixture.update("run-3");
    await fixture.drain();
    expect(await neighboursOf(fixture, "a")).toEqual(["c", "e"]);
  });
});

describe("a version that was stopped", () => {
  it("is finished by the next run, wherever it stopped", async ({ expect }) => {
    const files = [likes("ann", "a", "b"), likes("bob", "a", "b", "c")];
    const straight = await computed(...files);
    // 8 steps: 1 split, fold, number, rows and plan each, 2 compute, 1 publish.
    for (let stop = 0; stop < 8; stop += 1) {
      const fixture = aSimilarFixture();
      for (const [shard, events] of files.entries()) fixture.log.append(shard, events);
      await fixture.update("run-1");
      for (let step = 0; step < stop; step += 1) {
        const message = fixture.queue.shift();
        if (message !== undefined) await runStep(fixture.ports, message, NOW_MS);
      }
      expect(fixture.queue.length).toBeGreaterThan(0);
      fixture.queue.length = 0;
      await fixture.update("run-2");
      await fixture.drain();
      expect(fixture.runs).toEqual(
        new Map([
          ["run-1", "failed"],
          ["run-2", "succeeded"],
        ]),
      );
      expect(await servedBy(fixture, USERS, ITEMS)).toEqual(await servedBy(straight, USERS, ITEMS));
    }
  });

  it("goes on when it was stopped between the last step of a phase and the next phase", async ({
    expect,
  }) => {
    const fixture = aSimilarFixture();
    fixture.log.append(0, likes("ann", "a", "b"));
    await fixture.update("run-1");
    for (let step = 0; step < 7; step += 1) {
      const message = fixture.queue.shift();
      if (message === undefined) break;
      const stopped = {
        ...fixture.ports,
        send: () => Promise.reject(new Error("the queue is away")),
      };
      await runStep(stopped, message, NOW_MS).catch(() => undefined);
      if (fixture.queue.length === 0) await fixture.update("run-1");
    }
    await fixture.drain();
    expect(await neighboursOf(fixture, "a")).toEqual(["b"]);
  });

  it("is given up after five runs, and what is served stays", async ({ expect }) => {
    const fixture = await computed(likes("ann", "a", "b"));
    fixture.log.append(0, likes("bob", "a", "c"));
    for (let run = 2; run < 8; run += 1) await fixture.update(`run-${run}`);
    expect(await neighboursOf(fixture, "a")).toEqual(["b"]);
    const before = await fixture.book.open(TENANT);
    fixture.queue.length = 0;
    await fixture.update("run-8");
    expect((await fixture.book.open(TENANT))?.version).toBe((before?.version ?? 0) + 1);
    await fixture.drain();
    expect(await neighboursOf(fixture, "a")).toEqual(["b", "c"]);
  });
});

describe("users of a version", () => {
  it("are found in every object that a step writes of them, and in no other", async ({
    expect,
  }) => {
    const fixture = aSimilarFixture();
    const { artefacts } = fixture;
    const written = new Map<string, Uint8Array>();
    const write = artefacts.write.bind(artefacts);
    artefacts.write = (name, bytes) => {
      written.set(name, bytes.slice());
      return write(name, bytes);
    };
    // Ids that hold each other, and one that an item has as well.
    fixture.log.append(0, [...likes("an", "a", "b"), ...likes("ann", "a", "b", "c")]);
    fixture.log.append(1, [...likes("nan", "b", "c", "d"), ...likes("e", "d", "e")]);
    await fixture.update("run-1");
    await fixture.drain();
    const find = (user: string) =>
      [...written].flatMap(([name, bytes]) => (names(name, bytes, user) ? [partOf(name)] : []));
    expect(find("an")).toEqual(expect.arrayContaining(["chunk", "pairs", "users", "block"]));
    expect(find("e")).toEqual(["chunk", "pairs", "users"]);
    for (const user of ["a", "nn", "b", "d", "anna"]) expect(find(user)).toEqual([]);
    expect([...written.keys()].filter((name) => namingOf(name) === undefined)).toEqual([]);
  });
});

describe("the objects that may name a user", () => {
  it("are all of a version under way, and a few of a finished one that leave nobody out", async ({
    expect,
  }) => {
    const fixture = aSimilarFixture();
    const users = Array.from({ length: 700 }, (_, index) => `user-${index}`);
    fixture.log.append(
      0,
      users.flatMap((user, index) => likes(user, "a", "b", `i${index % 50}`, `i${index % 49}`)),
    );
    await fixture.update("run-1");
    await fixture.drain();
    const { objects } = fixture.artefacts;
    const keys = [...objects.keys()].filter((key) => !key.includes("/work/"));
    expect(keys.filter((key) => key.includes("/block-")).length).toBeGreaterThan(2);
    const namedIn = (user: string, among: readonly string[]) =>
      among.filter((key) => names(key, objects.get(key) ?? new Uint8Array(), user));
    let listed = 0;
    for (const user of users) {
      const asked = mayName(keys, user);
      expect(asked).toHaveLength(2);
      const found = namedIn(user, asked);
      expect(found.toSorted()).toEqual(namedIn(user, keys).toSorted());
      listed += found.length;
    }
    expect(listed).toBeGreaterThan(users.length);
    const half = [...keys.filter((key) => !key.endsWith("/block-1")), `${root(keys)}/work/names`];
    expect(mayName(half, "user-1")).toEqual(half.filter((key) => namingOf(key) !== "nobody"));
  });
});

const root = ([key = ""]: readonly string[]): string => key.split("/").slice(0, 3).join("/");

const partOf = (name: string): string => (name.split("/").at(-1) ?? "").replace(/-\d+$/, "");

function names(name: string, bytes: Uint8Array, user: string): boolean {
  switch (namingOf(name)) {
    case "lines":
      return `\n${new TextDecoder().decode(bytes)}`.includes(`\n${user}\t`);
    case "table":
      return tableNames(bytes, user);
    case "nobody":
    case undefined:
      return false;
  }
}
