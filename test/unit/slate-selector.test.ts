import { describe, it } from "vitest";
import { selectSlate } from "../../src/feed/selectors/slate-selector.ts";
import { aCandidate, someFacts } from "../support/facts-builder.ts";
import { aRequest, indexes, slots, some } from "../support/slate-requests.ts";

const creatorCap = (maxPerPage: number) =>
  ({ by: "creator", entry: undefined, maxPerPage }) as const;

describe("selectSlate", () => {
  it("is the 100 best by score when nothing else is asked for", ({ expect }) => {
    const { selected, reserve } = selectSlate(some(150).toReversed(), aRequest());
    expect(indexes(selected)).toEqual(indexes(some(100)));
    expect(reserve.map(({ candidate }) => candidate.index)).toEqual(indexes(some(50, {}, 100)));
    expect(new Set(reserve.map(({ reason }) => reason))).toEqual(new Set(["below_slate"]));
  });

  it("takes an item that came twice once, where it ranks better", ({ expect }) => {
    const twice = [aCandidate(4, { score: 9, source: "freshness" }), ...some(6)];
    const { selected, reserve } = selectSlate(twice, aRequest());
    expect(indexes(selected)).toEqual([4, 0, 1, 2, 3, 5]);
    expect(reserve).toEqual([{ candidate: aCandidate(4), reason: "duplicate" }]);
  });

  it("takes buried items after everything else, and only then", ({ expect }) => {
    const { selected } = selectSlate(
      [aCandidate(0, { score: 99, buried: true }), ...some(3, {}, 1)],
      aRequest({ explorationShare: 0.5 }),
    );
    expect(indexes(selected)).toEqual([1, 2, 3, 0]);
  });

  it("has nothing to show when there are no candidates", ({ expect }) => {
    expect(selectSlate([], aRequest({ pins: [{ rule: "r", index: 1, slot: 0 }] }))).toEqual({
      selected: [],
      reserve: [],
    });
  });
});

describe("pins", () => {
  const pin = (index: number, slot: number, rule = "pinned") => ({ index, slot, rule });

  it("stand at their slots and say so", ({ expect }) => {
    const { selected } = selectSlate(some(20), aRequest({ pins: [pin(15, 2), pin(16, 0)] }));
    expect(indexes(selected).slice(0, 5)).toEqual([16, 0, 15, 1, 2]);
    expect(selected[2]).toMatchObject({ source: "pin", rules: ["pinned"] });
  });

  it("both appear when they name one slot, in the order of the rules", ({ expect }) => {
    const { selected } = selectSlate(some(20), aRequest({ pins: [pin(15, 1), pin(12, 1)] }));
    expect(indexes(selected).slice(0, 4)).toEqual([0, 15, 12, 1]);
  });

  it("stay on the first page when their slot is beyond it", ({ expect }) => {
    const { selected } = selectSlate(
      some(20),
      aRequest({ limit: 5, pins: [pin(15, 4), pin(16, 4), pin(17, 80)] }),
    );
    expect(indexes(selected).slice(0, 6)).toEqual([0, 1, 17, 16, 15, 2]);
  });

  it("follow what there is when the page does not reach their slot", ({ expect }) => {
    const { selected } = selectSlate(some(3), aRequest({ pins: [pin(2, 7), pin(1, 9)] }));
    expect(indexes(selected)).toEqual([0, 2, 1]);
  });

  it("go on to the next page when they fill the first", ({ expect }) => {
    const pins = [pin(7, 0), pin(8, 0), pin(9, 0)];
    const { selected } = selectSlate(some(10), aRequest({ limit: 2, pins }));
    expect(indexes(selected).slice(0, 5)).toEqual([7, 8, 9, 0, 1]);
  });

  it("do not show an item that is no candidate, and show one item once", ({ expect }) => {
    const pins = [pin(99, 0), pin(3, 2), pin(3, 1)];
    const { selected } = selectSlate(some(5), aRequest({ pins }));
    expect(indexes(selected)).toEqual([0, 3, 1, 2, 4]);
  });

  it("count towards caps and are not refused by them", ({ expect }) => {
    const facts = someFacts(
      Array.from({ length: 6 }, (_, i) => ({ creator: i < 4 ? "ada" : "grace" })),
    );
    const { selected, reserve } = selectSlate(
      some(6),
      aRequest({
        facts,
        rules: { quotas: [], caps: [creatorCap(1)] },
        pins: [pin(2, 0), pin(3, 1)],
      }),
    );
    expect(indexes(selected)).toEqual([2, 3, 4]);
    expect(reserve.map(({ reason }) => reason)).toEqual(["cap", "cap", "cap"]);
  });
});

describe("exploration and quotas", () => {
  const mixed = [...some(60), ...some(60, { source: "exploration" }, 100)];

  it("gives exploration its share of every page, spread over the page", ({ expect }) => {
    const { selected } = selectSlate(mixed, aRequest({ limit: 20, explorationShare: 0.1 }));
    expect(slots(selected.slice(0, 20), "exploration")).toEqual([4, 14]);
    expect(slots(selected.slice(20, 40), "exploration")).toEqual([4, 14]);
  });

  it("gives the rest of the slots to the best when exploration runs out", ({ expect }) => {
    const few = [...some(60), ...some(1, { source: "exploration" }, 100)];
    const { selected } = selectSlate(few, aRequest({ limit: 20, explorationShare: 0.5 }));
    expect(slots(selected, "exploration")).toEqual([0]);
    expect(selected).toHaveLength(61);
  });

  it("keeps the least and the most of a source on every page", ({ expect }) => {
    const three = [...mixed, ...some(60, { source: "freshness" }, 200)];
    const quotas = [
      { source: "popularity", minShare: 0, maxShare: 0.5 },
      { source: "freshness", minShare: 0.3, maxShare: 1 },
    ] as const;
    const { selected } = selectSlate(
      three,
      aRequest({ slateSize: 20, rules: { quotas, caps: [] } }),
    );
    const [first, second] = [selected.slice(0, 10), selected.slice(10)];
    expect(slots(first, "popularity")).toHaveLength(5);
    expect(slots(second, "popularity")).toHaveLength(5);
    expect(slots(first, "freshness").length).toBeGreaterThanOrEqual(3);
    expect(slots(second, "freshness").length).toBeGreaterThanOrEqual(3);
  });

  it("spreads a source that has a maximum over the page", ({ expect }) => {
    const quotas = [{ source: "popularity", minShare: 0, maxShare: 0.4 }] as const;
    const { selected } = selectSlate(mixed, aRequest({ rules: { quotas, caps: [] } }));
    expect(slots(selected.slice(0, 10), "popularity")).toEqual([0, 2, 5, 7]);
  });

  it("exceeds a maximum rather than leave slots empty", ({ expect }) => {
    const quotas = [{ source: "popularity", minShare: 0, maxShare: 0.2 }] as const;
    const { selected } = selectSlate(some(30), aRequest({ rules: { quotas, caps: [] } }));
    expect(selected).toHaveLength(30);
  });

  it("meets all minimums even when pins take the slots they would have had", ({ expect }) => {
    const quotas = [{ source: "freshness", minShare: 0.4, maxShare: 1 }] as const;
    const { selected } = selectSlate(
      [...mixed, ...some(60, { source: "freshness" }, 200)],
      aRequest({
        explorationShare: 0.3,
        rules: { quotas, caps: [] },
        pins: [4, 5, 6].map((slot) => ({ rule: "p", index: slot + 10, slot })),
      }),
    );
    const page = selected.slice(0, 10);
    expect(slots(page, "pin")).toEqual([4, 5, 6]);
    expect(slots(page, "exploration")).toHaveLength(3);
    expect(slots(page, "freshness")).toHaveLength(4);
  });

  it("says that a quota pushed an item off the slate", ({ expect }) => {
    const { reserve } = selectSlate(mixed, aRequest({ slateSize: 10, explorationShare: 0.2 }));
    expect(reserve.slice(0, 3).map(({ candidate, reason }) => [candidate.index, reason])).toEqual([
      [8, "quota"],
      [9, "quota"],
      [10, "below_slate"],
    ]);
  });
});
