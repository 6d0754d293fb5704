import fc from "fast-check";
import { describe, it } from "vitest";
import { asksText, readAsks } from "../../src/feed/video-asks.ts";
import { DEFAULT_INPUTS } from "../../src/feed/video-inputs.ts";
import { ASKS_LIMIT } from "../../src/profiles/profile-store.ts";
import { someVideos } from "../support/video-fixture.ts";

describe("what a user asked last", async () => {
  const { call } = await someVideos();

  it("is read as it was written, and is never longer than it may be", ({ expect }) => {
    const inputs = fc.record({
      maxResults: fc.integer({ min: 1, max: 50 }),
      includeTrending: fc.boolean(),
      category: fc.option(fc.string({ unit: "binary", minLength: 1, maxLength: 64 }), {
        nil: undefined,
      }),
    });
    const country = fc.constantFrom("DE", undefined);
    const property = fc.property(inputs, country, (asked, from) => {
      const wanted = { ...DEFAULT_INPUTS, ...asked };
      const text = asksText(call("ana", { country: () => from }), wanted);
      if (text === undefined) return;
      expect(text.length).toBeLessThanOrEqual(ASKS_LIMIT);
      expect(readAsks(text)).toEqual({ inputs: wanted, country: from });
    });
    fc.assert(property);
  });

  it("is nothing where it is of another surface, missing, or of another release", ({ expect }) => {
    expect(asksText(call("ana"), { ...DEFAULT_INPUTS, surface: "trending" })).toBeUndefined();
    const texts = [undefined, "", "[", "[20,true]", "[0,true,null,null]", '{"max_results":5}'];
    for (const text of texts) expect(readAsks(text)).toBeUndefined();
  });

  it("has no country that stands for none", ({ expect }) => {
    const text = asksText(call("ana", { country: () => "XX" }), DEFAULT_INPUTS);
    expect(readAsks(text)).toEqual({ inputs: DEFAULT_INPUTS, country: undefined });
  });
});
