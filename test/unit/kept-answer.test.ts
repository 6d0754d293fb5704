import fc from "fast-check";
import { describe, it } from "vitest";
import { type KeptAnswer, keptAnswerCodec } from "../../src/feed/kept-answer.ts";
import { shownVideos } from "../support/profile-builders.ts";

const bytes = new TextEncoder().encode('{"success":true}');

describe("a kept answer in a far tier", () => {
  it("is read as it was written", ({ expect }) => {
    const answers = fc.record<KeptAnswer>({
      bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
      unseen: fc.option(
        fc.integer({ min: 1, max: 5 }).map((count) => shownVideos(count)),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(answers, fc.nat(9), (answer, before) => {
        const encoded = keptAnswerCodec.encode(answer);
        // As a view into a bigger buffer, too.
        const around = new Uint8Array(before + encoded.byteLength);
        around.set(encoded, before);
        const read = keptAnswerCodec.decode(around.subarray(before));
        expect(Array.from(read.bytes)).toEqual(Array.from(answer.bytes));
        expect(read.unseen).toEqual(answer.unseen);
      }),
    );
  });

  it("keeps its body when the rows are broken, and the rows that can be read", ({ expect }) => {
    const broken = keptAnswerCodec.encode({ bytes, unseen: shownVideos(1) });
    broken[4] = 0x7b;
    expect(keptAnswerCodec.decode(broken)).toEqual({ bytes, unseen: undefined });
    const rows = [...shownVideos(1), null, { video: 5 }] as unknown as KeptAnswer["unseen"];
    const mixed = keptAnswerCodec.encode({ bytes, unseen: rows });
    expect(keptAnswerCodec.decode(mixed).unseen).toEqual(shownVideos(1));
  });

  it("is missing when it was written otherwise", ({ expect }) => {
    expect(() => keptAnswerCodec.decode(bytes)).toThrow(RangeError);
    expect(() => keptAnswerCodec.decode(new Uint8Array())).toThrow(RangeError);
  });
});
