import { describe, it } from "vitest";
import { heldOf, HeldValues } from "../../src/cache/held-values.ts";
import type { Times } from "../../src/cache/tier.ts";
import { parseTimesText, timesOf, timesText } from "../../src/cache/windows.ts";

const windows = { freshMs: 10, staleMs: 0, onErrorMs: 0, negativeMs: 0 };
const at = (nowMs: number): Times => timesOf(nowMs, windows);

describe("values in memory", () => {
  it("are as many as the limits allow, and those that nobody asks for go first", ({ expect }) => {
    const values = new HeldValues<string>({ entries: 3, bytes: 1_000_000 });
    for (const key of ["a", "b", "c"]) values.keep(key, heldOf(key, 1, at(0)));
    values.find("a");
    values.keep("d", heldOf("d", 1, at(0)));
    expect(["a", "b", "c", "d"].filter((key) => values.find(key) !== undefined)).toEqual([
      "a",
      "c",
      "d",
    ]);
  });

  it("take no more room than the limit, however often they are replaced", ({ expect }) => {
    const values = new HeldValues<number>({ entries: 100, bytes: 10_000 });
    for (let index = 0; index < 200; index += 1) {
      values.keep(`k${index % 20}`, heldOf(index, 1_000, at(index)));
      values.find(`k${index % 3}`);
      expect(values.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(values.bytes).toBe(values.size * 1_500);
    expect(values.size).toBe(6);
  });

  it("are not pushed out by one that would not fit alone", ({ expect }) => {
    const values = new HeldValues<string>({ entries: 9, bytes: 2_000 });
    values.keep("a", heldOf("a", 1, at(0)));
    values.keep("b", heldOf("b", 5_000, at(0)));
    expect(values.find("a")).toBeDefined();
    expect(values.find("b")).toBeUndefined();
  });

  it("are not replaced by ones that were made before them", ({ expect }) => {
    const values = new HeldValues<string>({ entries: 9, bytes: 2_000 });
    const newer = values.keep("a", heldOf("newer", 1, at(5)));
    expect(values.keep("a", heldOf("older", 1, at(4)))).toBe(newer);
  });
});

describe("the text of an entry's times", () => {
  it("comes back as it was, and other texts do not", ({ expect }) => {
    const times = { ...at(1_700_000_000_000), negative: true };
    expect(parseTimesText(timesText(times))).toEqual(times);
    for (const text of ["", "1 2 3 4", "1 2 3 4 x", "1 2 3 4 0 5"])
      expect(parseTimesText(text)).toBeUndefined();
  });
});
