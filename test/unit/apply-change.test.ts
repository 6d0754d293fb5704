import { describe, it } from "vitest";
import { applyChange } from "../../src/profiles/apply-change.ts";
import { HISTORY_LIMIT } from "../../src/profiles/apply-deeds.ts";
import { DISLIKES_LIMIT } from "../../src/profiles/opinions.ts";
import { valueOf } from "../../src/profiles/learned-values.ts";
import { BALANCED, type Profile } from "../../src/profiles/profile.ts";
import type { ProfileChange } from "../../src/profiles/profile-store.ts";
import { aProfile, aShownVideo, aVideoId, feedback, NOW_MS } from "../support/profile-builders.ts";

const after = (profile: Profile, ...changes: readonly ProfileChange[]): Profile =>
  changes.reduce((last, change) => applyChange(last, change).profile, profile);

describe("feedback on a video that was shown", () => {
  it("teaches exactly the key under which it was scored", ({ expect }) => {
    const shown = aShownVideo({ valueKey: "22222|2|2|gaming|chess" });
    const profile = aProfile({ shown: [aShownVideo({ video: aVideoId("b") }), shown] });
    // Hints of the client do not change what was scored.
    const change = feedback("like", { categoryName: "Entertainment", totalSeconds: 5 });
    const { profile: changed, taught } = applyChange(profile, change);
    expect(taught).toEqual({ valueKey: shown.valueKey, reward: 1, before: 0, after: 0.1 });
    expect(Object.keys(changed.learned.values)).toEqual([shown.valueKey]);
  });

  it("knows how much was watched by the length it was shown with", ({ expect }) => {
    const profile = aProfile({ shown: [aShownVideo({ durationSeconds: 200 })] });
    const { taught, profile: changed } = applyChange(
      profile,
      feedback("watch", { watchSeconds: 190 }),
    );
    expect(taught?.reward).toBe(0.8);
    expect(changed.history[0]).toMatchObject({ completion: 0.95, watchSeconds: 190 });
  });

  it("teaches without a time watched", ({ expect }) => {
    const profile = aProfile({ shown: [aShownVideo()] });
    const { taught, profile: changed } = applyChange(profile, feedback("watch"));
    expect(taught?.reward).toBe(0.5);
    expect(changed.history[0]?.completion).toBeUndefined();
  });
});

describe("feedback on a video that was never shown", () => {
  it("teaches by what the request says of it", ({ expect }) => {
    const { profile, taught } = applyChange(
      aProfile(),
      feedback("share", { categoryName: "Music", totalSeconds: 600 }),
    );
    expect(taught?.valueKey).toBe("11111|1|1|music|");
    expect(valueOf(profile.learned, "11111|1|1|music|")).toBeCloseTo(0.15);
  });

  it("teaches nothing when the request says nothing of it", ({ expect }) => {
    const { profile, taught } = applyChange(aProfile(), feedback("watch", { watchSeconds: 5 }));
    expect(taught).toBeUndefined();
    expect(profile.learned.updates).toBe(0);
    expect(profile.history).toHaveLength(1);
  });
});

describe("feedback with an id", () => {
  it("teaches once, also when it comes again as an event", ({ expect }) => {
    const shown = aShownVideo();
    const change = feedback("like", { id: "a-name", weight: 3 });
    const once = after(aProfile({ shown: [shown] }), change);
    expect(once.learned.updates).toBe(1);
    expect(applyChange(once, change)).toEqual({ profile: once });
    const event = { type: "like", item: shown.video, atMs: NOW_MS, weight: 3 } as const;
    const events = (id: string) => ({ kind: "events", events: [{ ...event, id }] }) as const;
    expect(after(once, events("a-name"))).toBe(once);
    expect(after(once, events("another")).learned.updates).toBe(2);
  });
});

describe("opinions", () => {
  it("are taken back by their opposite, and kept by a skip", ({ expect }) => {
    const video = aVideoId("a");
    const disliked = after(aProfile(), feedback("like"), feedback("dislike"));
    expect(disliked).toMatchObject({ liked: [], disliked: [video] });
    const liked = after(disliked, feedback("skip"), feedback("like"), feedback("like"));
    expect(liked).toMatchObject({ liked: [video], disliked: [] });
    expect(after(liked, feedback("skip"))).toMatchObject({ liked: [video] });
  });

  it("are the newest that are kept", ({ expect }) => {
    let profile = aProfile();
    for (let at = 0; at <= DISLIKES_LIMIT; at += 1) {
      profile = after(profile, feedback("dislike", { video: aVideoId(at), atMs: NOW_MS + at }));
    }
    expect(profile.disliked).toHaveLength(DISLIKES_LIMIT);
    expect(profile.disliked[0]).toBe(aVideoId(DISLIKES_LIMIT));
    expect(profile.disliked).not.toContain(aVideoId(0));
  });
});

describe("history", () => {
  it("has one row a video, newest first, with the numbers that are known", ({ expect }) => {
    const profile = after(
      aProfile(),
      feedback("watch", { watchSeconds: 80, totalSeconds: 100, title: "First title" }),
      feedback("watch", { video: aVideoId("b") }),
      feedback("watch", { atMs: NOW_MS + 5 }),
    );
    expect(profile.history.map(({ video }) => video)).toEqual([aVideoId("a"), aVideoId("b")]);
    expect(profile.history[0]).toMatchObject({
      title: "First title",
      watchSeconds: 80,
      completion: 0.8,
      atMs: NOW_MS + 5,
    });
  });

  it("ends with the oldest", ({ expect }) => {
    let profile = aProfile();
    for (let at = 0; at <= HISTORY_LIMIT; at += 1) {
      profile = after(profile, feedback("watch", { video: aVideoId(at) }));
    }
    expect(profile.history).toHaveLength(HISTORY_LIMIT);
    expect(profile.history.at(-1)?.video).toBe(aVideoId(1));
  });

  it("does not hold what was only liked", ({ expect }) => {
    expect(after(aProfile(), feedback("like"), feedback("comment")).history).toEqual([]);
  });
});

describe("a personality", () => {
  it("is set with the traits that were assumed, and replaced with them", ({ expect }) => {
    const first = after(aProfile(), {
      kind: "personality",
      personality: BALANCED,
      assumed: ["openness"],
    });
    expect(first.assumed).toEqual(["openness"]);
    const second = after(first, { kind: "personality", personality: BALANCED });
    expect(second.assumed).toBeUndefined();
  });

  it("is refused outside of 0 to 100", ({ expect }) => {
    for (const openness of [-1, 101, 0.5, Number.NaN]) {
      const personality = { ...BALANCED, openness };
      expect(() => applyChange(aProfile(), { kind: "personality", personality })).toThrow(
        RangeError,
      );
    }
  });
});
