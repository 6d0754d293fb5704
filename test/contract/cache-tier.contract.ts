/** What every CacheTier promises. Nothing here needs Node, so that the suite runs in workerd too. */
import { describe, it } from "vitest";
import { cacheKey } from "../../src/cache/cache-key.ts";
import type { CacheEntry, CacheTier } from "../../src/cache/tier.ts";
import { aTenant } from "../support/user-requests.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function anEntry(bytes: Uint8Array, nowMs = Date.now()): CacheEntry {
  return {
    bytes,
    storedAtMs: nowMs - 5_000,
    freshUntilMs: nowMs + 60_000,
    staleUntilMs: nowMs + 120_000,
    keepUntilMs: nowMs + 600_000,
    negative: false,
  };
}

const aKey = (inputs = {}): string =>
  cacheKey("tiers", { tenant: aTenant(), versions: { profile: 3 }, inputs });

/** `anotherIsolate` sees the same store: a tier may refuse a second write of one isolate within a second. */
export function cacheTierContract(
  name: string,
  makeTier: () => CacheTier,
  anotherIsolate: (tier: CacheTier) => CacheTier = () => makeTier(),
): void {
  describe(`cache tier: ${name}`, () => {
    it("has nothing that was not put", async ({ expect }) => {
      expect(await makeTier().get(aKey())).toBeUndefined();
    });

    it("returns the bytes with the windows that they came with", async ({ expect }) => {
      const [tier, key] = [makeTier(), aKey()];
      const entry = anEntry(bytesOf('{"title":"Ünïcode 😀 \\u0000 \\n \\" end"}\n\n'));
      await tier.put(key, entry);
      expect(await tier.get(key)).toEqual(entry);
    });

    it("returns bytes that are no text", async ({ expect }) => {
      const [tier, key] = [makeTier(), aKey()];
      const entry = anEntry(Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7) & 255));
      await tier.put(key, entry);
      expect(await tier.get(key)).toEqual(entry);
    });

    it("returns text that begins with a byte order mark as it was", async ({ expect }) => {
      const [tier, key] = [makeTier(), aKey()];
      const entry = anEntry(bytesOf("\uFEFFmarked"));
      await tier.put(key, entry);
      expect(await tier.get(key)).toEqual(entry);
    });

    it("keeps that there is nothing", async ({ expect }) => {
      const [tier, key] = [makeTier(), aKey()];
      const entry = { ...anEntry(new Uint8Array()), negative: true };
      await tier.put(key, entry);
      expect(await tier.get(key)).toEqual(entry);
    });

    it("replaces what was there", async ({ expect }) => {
      const [tier, key] = [makeTier(), aKey()];
      await tier.put(key, anEntry(bytesOf("first")));
      await anotherIsolate(tier).put(key, anEntry(bytesOf("second")));
      expect((await tier.get(key))?.bytes).toEqual(bytesOf("second"));
    });

    it("forgets what is dropped, and nothing else", async ({ expect }) => {
      const [tier, key, other] = [makeTier(), aKey({ page: "1" }), aKey({ page: "2" })];
      await tier.put(key, anEntry(bytesOf("one")));
      await tier.put(other, anEntry(bytesOf("two")));
      await tier.drop(key);
      await tier.drop(key);
      expect(await tier.get(key)).toBeUndefined();
      expect((await tier.get(other))?.bytes).toEqual(bytesOf("two"));
    });

    it("keeps keys of every character that inputs may have", async ({ expect }) => {
      const tier = makeTier();
      const keys = ["a/b", "a%2Fb", "a b", "../x", "ä😀", "{x}", "~", "x".repeat(300)].map((odd) =>
        aKey({ odd }),
      );
      for (const key of keys) await tier.put(key, anEntry(bytesOf(key)));
      for (const key of keys) expect((await tier.get(key))?.bytes).toEqual(bytesOf(key));
    });
  });
}
