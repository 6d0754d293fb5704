import { describe, it } from "vitest";
import { CodeSieve } from "../../src/domain/code-sieve.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import { itemCodes } from "../../src/domain/item-code.ts";

const codesOf = (...names: readonly string[]) => itemCodes(names as ItemId[]);

describe("CodeSieve", () => {
  it("leaves out its own codes and keeps the order of the others", ({ expect }) => {
    const sieve = new CodeSieve(codesOf("b", "d", "nowhere"));
    expect(sieve.without(codesOf("a", "b", "c", "d", "e"))).toBe(codesOf("a", "c", "e"));
  });

  it("leaves out the first and the last code, and all of them", ({ expect }) => {
    expect(new CodeSieve(codesOf("a", "c")).without(codesOf("a", "b", "c"))).toBe(codesOf("b"));
    expect(new CodeSieve(codesOf("a", "b")).without(codesOf("a", "b"))).toBe("");
  });

  it("finds no code across the border of two others", ({ expect }) => {
    const codes = codesOf("a", "b");
    const across = codes.slice(3, 10) as typeof codes;
    expect(new CodeSieve(across).without(codes)).toBe(codes);
  });

  it("keeps a code that begins like one of its own", ({ expect }) => {
    const own = codesOf("a");
    const alike = `${own.slice(0, 6)}${own.endsWith("A") ? "B" : "A"}` as typeof own;
    expect(new CodeSieve(own).without(alike)).toBe(alike);
  });
});
