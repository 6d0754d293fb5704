import { describe, it } from "vitest";
import { fieldChanges } from "../../src/tenants/field-changes.ts";
import { mergePatch } from "../../src/tenants/merge-patch.ts";

describe("a merge patch", () => {
  it("does to each target what the examples of RFC 7396 say", ({ expect }) => {
    const examples: readonly (readonly [target: unknown, patch: unknown, result: unknown])[] = [
      [{ a: "b" }, { a: "c" }, { a: "c" }],
      [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
      [{ a: "b" }, { a: null }, {}],
      [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
      [{ a: ["b"] }, { a: "c" }, { a: "c" }],
      [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
      [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
      [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
      [
        ["a", "b"],
        ["c", "d"],
        ["c", "d"],
      ],
      [{ a: "b" }, ["c"], ["c"]],
      [{ a: "foo" }, null, null],
      [{ a: "foo" }, "bar", "bar"],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [[1, 2], { a: "b", c: null }, { a: "b" }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ];
    for (const [target, patch, result] of examples) {
      expect(mergePatch(target, patch), JSON.stringify(patch)).toEqual(result);
    }
  });

  it("changes neither target nor patch", ({ expect }) => {
    const target = { a: { b: 1 } };
    const patch = { a: { c: 2 } };
    expect(mergePatch(target, patch)).toEqual({ a: { b: 1, c: 2 } });
    expect([target, patch]).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }]);
  });

  it("takes __proto__ for a name like any other", ({ expect }) => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"admin":true}}'));
    expect((merged as { admin?: boolean }).admin).toBeUndefined();
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"admin":true}}');
  });
});

describe("the changes between two records", () => {
  it("are the fields that differ, each with its path", ({ expect }) => {
    const before = { name: "A", filters: { stock: "any", tags: ["x"] }, mix: { a: 1 } };
    const after = { name: "A", filters: { stock: "in_stock", tags: ["x", "y"] }, mix: { a: 1 } };
    expect(fieldChanges(before, after)).toEqual([
      { path: "filters.stock", before: "any", after: "in_stock" },
      { path: "filters.tags", before: ["x"], after: ["x", "y"] },
    ]);
  });

  it("leave out the side on which there was nothing", ({ expect }) => {
    expect(fieldChanges({ a: 1 }, { b: null })).toEqual([
      { path: "a", before: 1 },
      { path: "b", after: null },
    ]);
  });
});
