import fc from "fast-check";
import { describe, it } from "vitest";
import { itemCode } from "../../src/domain/item-code.ts";
import { applyChange } from "../../src/profiles/apply-change.ts";
import { decodeDesk, EMPTY_DESK } from "../../src/profiles/desk-record.ts";
import { noteShown } from "../../src/profiles/note-shown.ts";
import { BALANCED, UNKNOWN_PROFILE } from "../../src/profiles/profile.ts";
import { decodeRecord, encodeRecord } from "../../src/profiles/profile-record.ts";
import { NO_TASTE, summaryOf } from "../../src/profiles/taste.ts";
import {
  anEvent,
  aProfile,
  aShownVideo,
  aVideoId,
  events,
  feedback,
  NOW_MS,
  shownVideos,
} from "../support/profile-builders.ts";

const full = () => {
  const shown = noteShown(aProfile({ personality: BALANCED, assumed: ["openness"] }), [
    ...shownVideos(5),
    aShownVideo({ video: aVideoId(5), madeMs: 9 }),
    aShownVideo({ video: aVideoId(6), madeMs: 9, served: false }),
  ]);
  const watched = applyChange(shown, feedback("watch", { video: aVideoId(1) })).profile;
  const disliked = applyChange(watched, feedback("dislike", { video: aVideoId(2) })).profile;
  const demographics = { gender: "f", ageGroup: "25-34", country: "DE" } as const;
  return [
    events(anEvent("1"), anEvent("2", { type: "unlike", atMs: NOW_MS + 1 })),
    { kind: "likes", summary: summaryOf([{ tags: [], category: "music", price: 3 }]) } as const,
    { kind: "demographics", demographics } as const,
  ].reduce((last, change) => applyChange(last, change).profile, disliked);
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
      saidAt: [...profile.saidAt, [aVideoId(9)], "late"],
      taste: { ...profile.taste, tags: { rock: "much" }, price: 5, likes: { items: -1 } },
      demographics: { ...profile.demographics, gender: "x" },
    };
    const { likes: _, ...withoutLikes } = profile.taste;
    expect(decodeRecord(stored(broken)).profile).toEqual({
      ...profile,
      personality: undefined,
      liked: [],
      served: "",
      taste: { ...withoutLikes, tags: {}, price: NO_TASTE.price },
      demographics: { ageGroup: "25-34", country: "DE" },
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
