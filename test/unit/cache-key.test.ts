import fc from "fast-check";
import { describe, it } from "vitest";
import { cacheKey, type KeyFields, ownerOf } from "../../src/cache/cache-key.ts";
import type { TenantId } from "../../src/domain/ids.ts";

const TENANT = "acme" as TenantId;

const text = fc.string({ unit: "binary", maxLength: 6 });
const value = fc.oneof(
  text,
  fc.constantFrom("!1", "!true", "()", "(,)", "a,b", "", "$0041"),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
);
const fields = fc.dictionary(
  fc.oneof(fc.constantFrom("a", "b", "a=b", "a&b", "a;b"), text),
  value,
  { maxKeys: 4 },
);
const parts = fc.record({
  tenant: fc.constantFrom(undefined, TENANT, "other" as TenantId),
  versions: fields,
  inputs: fields,
});

/** Fields in one order, so that equal parts have equal texts. */
const canonical = (given: KeyFields) =>
  Object.entries(given).toSorted(([a], [b]) => (a < b ? -1 : 1));

describe("the key of a cached value", () => {
  it("is the same for the same inputs in any order", ({ expect }) => {
    fc.assert(
      fc.property(parts, (given) => {
        const turned = (all: KeyFields): KeyFields =>
          Object.fromEntries(Object.entries(all).toReversed());
        const again = { ...given, versions: turned(given.versions), inputs: turned(given.inputs) };
        expect(cacheKey("videos", again)).toBe(cacheKey("videos", given));
      }),
    );
  });

  it("is another one for other inputs", ({ expect }) => {
    fc.assert(
      fc.property(parts, parts, text, text, (one, other, surface, otherSurface) => {
        const nameOf = (all: typeof one, of: string) =>
          JSON.stringify([of, all.tenant, canonical(all.versions), canonical(all.inputs)]);
        const same = nameOf(one, surface) === nameOf(other, otherSurface);
        expect(cacheKey(surface, one) === cacheKey(otherSurface, other)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  it("has 200 characters of a URL's alphabet at most, and says whose it is", ({ expect }) => {
    fc.assert(
      fc.property(parts, fc.string({ unit: "binary", maxLength: 400 }), (given, long) => {
        const key = cacheKey("videos", { ...given, inputs: { ...given.inputs, long } });
        expect(key).toMatch(/^[\w.:@$!(),;=&/~-]{1,200}$/);
        expect(ownerOf(key)).toBe(given.tenant ?? "-");
      }),
    );
  });

  it("tells long inputs apart", ({ expect }) => {
    const keyOf = (last: string) =>
      cacheKey("videos", {
        tenant: TENANT,
        versions: {},
        inputs: { list: `${"x".repeat(500)}${last}` },
      });
    expect(keyOf("a")).not.toBe(keyOf("b"));
    expect(keyOf("a")).toBe(keyOf("a"));
  });
});
