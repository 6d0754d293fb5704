import { describe, it } from "vitest";
import { neighboursWithin } from "../../src/similar/steps/number.ts";
import { planOf } from "../../src/similar/update-similarities.ts";
import { anEvent, aSimilarFixture, likes, NOW_MS, TENANT } from "../support/similar-fixture.ts";

const HOUR_MS = 3_600_000;

describe("old versions", () => {
  it("stay for an hour, and leave nothing behind", async ({ expect }) => {
    const fixture = aSimilarFixture();
    fixture.log.append(0, likes("ann", "a", "b"));
    await fixture.update("run-1");
    await fixture.drain();
    fixture.log.append(0, likes("bob", "a", "c"));
    await fixture.update("run-2", NOW_MS);
    await fixture.drain();
    const versionsNow = (): string[] => [
      ...new Set([...fixture.artefacts.objects.keys()].map((name) => name.split("/")[2] ?? "")),
    ];
    expect(versionsNow()).toEqual(["1", "2"]);
    await fixture.update("run-3", NOW_MS + HOUR_MS / 2);
    expect(versionsNow()).toEqual(["1", "2"]);
    await fixture.update("run-4", NOW_MS + HOUR_MS + 1);
    expect(versionsNow()).toEqual(["2"]);
    expect([...fixture.artefacts.objects.keys()].some((name) => name.includes("/work/"))).toBe(
      false,
    );
  });
});

describe("the facts of a version", () => {
  it("count who is known, and who has one or two likes", async ({ expect }) => {
    const fixture = aSimilarFixture();
    fixture.log.append(0, [
      ...likes("one", "a"),
      ...likes("two", "a", "b"),
      ...likes("three", "a", "b", "c"),
      ...likes("fickle", "a", "b"),
      anEvent("fickle", "unlike", "a", { atMs: NOW_MS }),
      anEvent("fickle", "dislike", "b", { atMs: NOW_MS }),
      anEvent("watcher", "watch", "a"),
      anEvent("passer-by", "click", "a"),
    ]);
    await fixture.update("run-1");
    await fixture.drain();
    const current = await fixture.book.current(TENANT);
    expect(current?.facts).toMatchObject({ profiles: 5, content: 2, users: 4 });
    fixture.log.append(0, likes("two", "c"));
    fixture.log.append(0, likes("fickle", "d"));
    await fixture.update("run-2", NOW_MS);
    await fixture.drain();
    const next = await fixture.book.current(TENANT);
    expect(next?.facts).toMatchObject({ profiles: 5, content: 2, users: 5 });
  });

  it("come from every part of the users", async ({ expect }) => {
    const fixture = aSimilarFixture();
    const users = Array.from({ length: 50 }, (_, at) => `user-${at}`);
    fixture.log.append(
      0,
      users.flatMap((user) => likes(user, "a")),
    );
    // How many parts there are comes from what the manifest says.
    const after = fixture.log.after.bind(fixture.log);
    fixture.log.after = async (...place) =>
      (await after(...place)).map((file) => ({ ...file, events: 200_000 }));
    await fixture.update("run-1");
    await fixture.drain();
    const current = await fixture.book.current(TENANT);
    expect(current?.plan.parts).toBe(4);
    expect(current?.facts).toMatchObject({ profiles: 50, content: 50, users: 50 });
  });
});

describe("the plan of a version", () => {
  const file = (events: number) => ({ shard: 1, seq: 3, name: "f", events });

  it("reads everything again when the log has outgrown its parts", ({ expect }) => {
    const first = planOf(undefined, [file(1_000)], "none");
    expect(first).toMatchObject({ parts: 1, place: { 1: 3 }, events: 1_000 });
    const current = {
      tenant: TENANT,
      version: 7,
      run: "run",
      startedAtMs: NOW_MS,
      resumed: 0,
      plan: first,
      publishedAtMs: NOW_MS,
      facts: {
        interactions: 0,
        users: 0,
        profiles: 0,
        content: 0,
        items: 0,
        neighbours: 0,
        blocks: 1,
      },
    };
    expect(planOf(current, [file(50_000)], "none")).toMatchObject({ parts: 1, base: 7 });
    const grown = planOf(current, [file(200_000)], "none");
    expect(grown.parts).toBe(4);
    expect(grown.base).toBeUndefined();
  });
});

describe("the neighbours of all items", () => {
  it("fit into 16 MB, as many as there is room for", ({ expect }) => {
    expect(neighboursWithin(0, 0)).toBe(0);
    expect(neighboursWithin(16_000, 16_000 * 36)).toBe(50);
    for (const [items, nameBytes] of [
      [100_000, 2_000_000],
      [200_000, 4_000_000],
    ] as const) {
      const neighbours = neighboursWithin(items, nameBytes);
      const bytes = (each: number): number => nameBytes + items * (12 + 5 * each);
      expect(bytes(neighbours)).toBeLessThanOrEqual(16_000_000);
      expect(bytes(neighbours + 1)).toBeGreaterThan(16_000_000);
    }
  });
});
