import { describe, it } from "vitest";
import type { Metadata } from "../../src/catalogue/catalogue.ts";
import { MetadataShelf } from "../../src/catalogue/metadata-shelf.ts";
import { FailureError } from "../../src/domain/failure.ts";
import type { ItemId, TenantId } from "../../src/domain/ids.ts";
import type { Background } from "../../src/platform/background.ts";

const TENANT = "t" as TenantId;
const START_MS = 1_760_000_000_000;
const MINUTE_MS = 60_000;
const ids = (...names: string[]): ItemId[] => names as ItemId[];

function aShelf() {
  const catalogue = { title: "first", asked: [] as ItemId[][], error: undefined as unknown };
  const behind: Promise<unknown>[] = [];
  const background: Background = {
    run: (_, work) => void behind.push(work().catch(() => undefined)),
  };
  const shelf = new MetadataShelf({
    lookup(_, wanted) {
      catalogue.asked.push([...wanted]);
      if (catalogue.error !== undefined) return Promise.reject(catalogue.error);
      return Promise.resolve(
        new Map<ItemId, Metadata>(wanted.map((id) => [id, { title: catalogue.title }])),
      );
    },
    upsert: () => Promise.resolve(),
    read: () => Promise.resolve(undefined),
    remove: () => Promise.resolve([]),
    async *ranked() {},
  });
  return {
    catalogue,
    lookup: (wanted: ItemId[], afterMs: number) =>
      shelf.lookup(TENANT, wanted, START_MS + afterMs, background),
    settled: () => Promise.all(behind),
  };
}

const away = new FailureError("CATALOGUE_UNAVAILABLE", "away");
const titles = (found: ReadonlyMap<ItemId, Metadata>): unknown[] =>
  [...found.values()].map((metadata) => metadata["title"]);

describe("the metadata shelf", () => {
  it("asks for an item once a minute", async ({ expect }) => {
    const { catalogue, lookup } = aShelf();
    await lookup(ids("a", "b"), 0);
    const again = await lookup(ids("a", "b"), MINUTE_MS - 1);
    expect(again.state).toBe("fresh");
    expect(catalogue.asked).toEqual([["a", "b"]]);
  });

  it("serves an old entry at once and fetches the new one behind the answer, one request for all", async ({
    expect,
  }) => {
    const { catalogue, lookup, settled } = aShelf();
    await lookup(ids("a"), 0);
    catalogue.title = "second";
    const [one, two] = await Promise.all([
      lookup(ids("a"), MINUTE_MS),
      lookup(ids("a"), MINUTE_MS),
    ]);
    expect([titles(one.found), titles(two.found)]).toEqual([["first"], ["first"]]);
    await settled();
    expect(titles((await lookup(ids("a"), MINUTE_MS + 1)).found)).toEqual(["second"]);
    expect(catalogue.asked).toEqual([["a"], ["a"]]);
  });

  it("serves what it has for an hour while the catalogue is away, and says that it is stale", async ({
    expect,
  }) => {
    const { catalogue, lookup, settled } = aShelf();
    await lookup(ids("a"), 0);
    catalogue.error = away;
    await lookup(ids("a"), MINUTE_MS);
    await settled();
    const late = await lookup(ids("a"), 59 * MINUTE_MS);
    expect(late.state).toBe("stale");
    expect(titles(late.found)).toEqual(["first"]);
    const gone = await lookup(ids("a"), 60 * MINUTE_MS);
    expect(gone.state).toBe("missing");
    expect(gone.found.size).toBe(0);
  });

  it("says what is missing and still gives what it knows", async ({ expect }) => {
    const { catalogue, lookup } = aShelf();
    await lookup(ids("a"), 0);
    catalogue.error = away;
    const { found, state } = await lookup(ids("a", "b"), 1);
    expect(state).toBe("missing");
    expect([...found.keys()]).toEqual(["a"]);
  });

  it("is fresh again once the catalogue is back", async ({ expect }) => {
    const { catalogue, lookup, settled } = aShelf();
    await lookup(ids("a"), 0);
    catalogue.error = away;
    await lookup(ids("a"), MINUTE_MS);
    await settled();
    catalogue.error = undefined;
    await lookup(ids("a"), 2 * MINUTE_MS);
    await settled();
    expect((await lookup(ids("a"), 2 * MINUTE_MS + 1)).state).toBe("fresh");
  });

  it("does not hide a mistake of ours", async ({ expect }) => {
    const { catalogue, lookup } = aShelf();
    catalogue.error = new TypeError("ours");
    await expect(lookup(ids("a"), 0)).rejects.toThrow("ours");
  });
});
