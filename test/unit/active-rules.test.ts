import { describe, it } from "vitest";
import { activeRules, NO_RULES } from "../../src/feed/rules/active-rules.ts";
import { compileRules } from "../../src/feed/rules/compile-rules.ts";
import { ruleEffectOn } from "../../src/feed/rules/rule-effects.ts";
import { idOf, indexOfId, someFacts, someRules } from "../support/facts-builder.ts";

const facts = someFacts([
  { creator: "ada", tags: ["chess", "maths"] },
  { creator: "grace", tags: ["ships"] },
  {},
]);
const NOON_MS = Date.parse("2027-01-15T12:00:00Z");

const activeAt = (nowMs: number, ...rules: readonly Readonly<Record<string, unknown>>[]) =>
  activeRules(compileRules(someRules(...rules), facts, indexOfId(facts.count)), nowMs);

const effectOn = (index: number, ...rules: readonly Readonly<Record<string, unknown>>[]) => {
  const { effects } = activeAt(NOON_MS, ...rules);
  return effects && ruleEffectOn(index, "freshness", effects, facts);
};

describe("activeRules", () => {
  it("holds a rule from its start until just before its end", ({ expect }) => {
    const rule = {
      type: "pin",
      item: idOf(1),
      slot: 2,
      starts_at: "2027-01-15T12:00:00Z",
      ends_at: "2027-01-15T14:00:00+01:00",
    };
    const pinsAt = (nowMs: number): number => activeAt(nowMs, rule).pins.length;
    expect(pinsAt(NOON_MS - 1)).toBe(0);
    expect(pinsAt(NOON_MS)).toBe(1);
    expect(pinsAt(NOON_MS + 3_600_000 - 1)).toBe(1);
    expect(pinsAt(NOON_MS + 3_600_000)).toBe(0);
  });

  it("names a rule without an id by its position among all rules", ({ expect }) => {
    const { pins } = activeAt(
      NOON_MS,
      { type: "pin", item: "not-in-the-pools", slot: 0 },
      { type: "pin", item: idOf(1), slot: 2 },
    );
    expect(pins).toEqual([{ rule: "1", index: 1, slot: 2 }]);
  });

  it("leaves out rules about what the pools lack", ({ expect }) => {
    const active = activeAt(
      NOON_MS,
      { type: "pin", item: "not-in-the-pools", slot: 0 },
      { type: "boost", match: { item: "not-in-the-pools" }, factor: 2 },
      { type: "boost", match: { tag: "cheese" }, factor: 2 },
      { type: "bury", match: { creator: "nobody" } },
      { type: "cap", by: "tag", name: "cheese", max_per_page: 1 },
    );
    expect(active).toEqual(NO_RULES);
  });

  it("fills in the share that a quota does not give", ({ expect }) => {
    const { quotas } = activeAt(
      NOON_MS,
      { type: "quota", source: "freshness", min_share: 0.2 },
      { type: "quota", source: "popularity", max_share: 0.5 },
    );
    expect(quotas).toEqual([
      { source: "freshness", minShare: 0.2, maxShare: 1 },
      { source: "popularity", minShare: 0, maxShare: 0.5 },
    ]);
  });

  it("caps a creator by the entry that the facts give an item", ({ expect }) => {
    const { caps } = activeAt(NOON_MS, {
      type: "cap",
      by: "creator",
      name: "grace",
      max_per_page: 1,
    });
    expect(caps).toEqual([{ by: "creator", entry: facts.creators[1], maxPerPage: 1 }]);
  });
});

describe("ruleEffectOn", () => {
  it("matches by item, tag, creator and source, and multiplies", ({ expect }) => {
    const rules = [
      { type: "boost", id: "item", match: { item: idOf(0) }, factor: 2 },
      { type: "boost", id: "tag", match: { tag: "maths" }, factor: 3 },
      { type: "boost", id: "creator", match: { creator: "ada" }, factor: 5 },
      { type: "boost", id: "source", match: { source: "freshness" }, factor: 7 },
    ];
    const all = effectOn(0, ...rules);
    expect(all).toMatchObject({ boost: 210, buried: false });
    expect(all?.rules.toSorted()).toEqual(["creator", "item", "source", "tag"]);
    expect(effectOn(1, ...rules)).toEqual({ boost: 7, buried: false, rules: ["source"] });
  });

  it("leaves alone what no rule matches", ({ expect }) => {
    const rules = [
      { type: "bury", match: { tag: "chess" } },
      { type: "bury", match: { creator: "ada" } },
    ];
    expect(effectOn(0, ...rules)).toMatchObject({ buried: true, boost: 1 });
    expect(effectOn(1, ...rules)).toBeUndefined();
    expect(effectOn(2, ...rules)).toBeUndefined();
  });
});
