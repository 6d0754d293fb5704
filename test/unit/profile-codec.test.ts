import fc from "fast-check";
import { describe, it } from "vitest";
import { itemCode } from "../../src/domain/item-code.ts";
import { applyChange } from "../../src/profiles/apply-change.ts";
import { decodeDesk, EMPTY_DESK } from "../../src/profiles/desk-record.ts";
import { noteShown } from "../../src/profiles/note-shown.ts";
import { BALANCED, UNKNOWN_PROFILE } from "../../src/profiles/profile.ts";
import { decodeRecord, encodeRecord } from "../../src/profiles/profile-record.ts";
import {
  aProfile,
  aShownVideo,
  aVideoId,
  feedback,
  shownVideos,
} from "../support/profile-builders.ts";

const full = () => {
  const shown = noteShown(aProfile({ personality: BALANCED, assumed: ["openness"] }), [
    ...shownVideos(5),
    aShownVideo({ video: aVideoId(5), madeMs: 9 }),
    aShownVideo({ video: aVideoId(6), madeMs: 9, served: false }),
  ]);
  const watched = applyChange(shown, feedback("watch", { video: aVideoId(1) })).profile;
  return applyChange(watched, feedback("dislike", { video: aVideoId(2) })).profile;
};

const stored = (profile: unknown): string => JSON.stringify({ version: 7, revision: 8, profile });

describe("a stored profile", () => {
  it("is read as it was written", ({ expect }) => {
    const record = { version: 7, revision: 8, profile: full() };
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  it("loses what is broken and keeps the rest", ({ expect }) => {
    const profile = full();
    const broken = {
      ...profile,
      personality: { ...BALANCED, openness: "high" },
      liked: "none",
      disliked: [...profile.disliked, "{bad id}", 5],
      history: [null, ...profile.history, { title: "without an id" }],
      served: "short",
    };
    expect(decodeRecord(stored(broken)).profile).toEqual({
      ...profile,
      personality: undefined,
      liked: [],
      served: "",
    });
  });

  it("of an older release has defaults for what is new", ({ expect }) => {
    const served = itemCode(aVideoId(1));
    expect(decodeRecord(stored({ served }))).toEqual({
      version: 7,
      revision: 8,
      profile: { ...UNKNOWN_PROFILE, served },
    });
  });

  it("is never an error, whatever is stored", ({ expect }) => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object({ key: fc.constantFrom(...Object.keys(UNKNOWN_PROFILE), "visits") }).map(stored),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const { profile } = decodeRecord(text);
        expect(Array.isArray(profile.history)).toBe(true);
        expect(profile.learned.epsilon).toBeGreaterThanOrEqual(0);
        expect(Array.isArray(decodeDesk(text).visits.atMs)).toBe(true);
      }),
    );
    expect(decodeDesk("{")).toEqual(EMPTY_DESK);
  });
});
