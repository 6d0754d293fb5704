import { describe, it } from "vitest";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { Counters } from "../../src/observability/counters.ts";
import { KeptSimilarItems } from "../../src/similar/kept-similar-items.ts";

const TENANT = "shop" as TenantId;
const NOW_MS = 1_800_000_000_000;

describe("what goes together, cold", () => {
  it("is asked for its version once, ahead, by whoever will read it", async ({ expect }) => {
    const calls: string[] = [];
    const works: Promise<unknown>[] = [];
    const background = {
      run: (_: string, work: () => Promise<unknown>) => void works.push(work()),
    };
    const similar = new KeptSimilarItems({
      artefacts: {
        read: (name) => {
          calls.push(name);
          return Promise.resolve(undefined);
        },
        write: () => Promise.resolve(),
        readRange: () => Promise.resolve(undefined),
        removeAll: () => Promise.resolve(0),
      },
      book: {
        current: () => {
          calls.push("pointer");
          return Promise.resolve(undefined);
        },
      },
      tiers: [],
      counters: new Counters(),
    });
    similar.prepare(TENANT, NOW_MS, background);
    const items = similar.neighboursOf(TENANT, ["a" as ItemId], NOW_MS, background);
    const users = similar.byUsersLike(TENANT, "ann" as UserId, NOW_MS, background);
    expect([await items, await users]).toEqual([undefined, undefined]);
    await Promise.all(works);
    similar.prepare(TENANT, NOW_MS + 1_000, background);
    await Promise.all(works);
    expect(calls).toEqual(["pointer"]);
  });
});
