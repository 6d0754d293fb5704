/** What every store of profiles does. Time passes by itself here: what depends on it is tested on the desk. */
import { describe, it } from "vitest";
import { codeCount } from "../../src/domain/item-code.ts";
import { BALANCED } from "../../src/profiles/profile.ts";
import type { OpenRequest, ProfileStore } from "../../src/profiles/profile-store.ts";
import { NO_TASTE } from "../../src/profiles/taste.ts";
import { anEvent, events, feedback, NOW_MS, shownVideos } from "../support/profile-builders.ts";
import { aUser } from "../support/user-requests.ts";

type MakeStore = () => ProfileStore;

const visit: OpenRequest = { holder: "here", answerLifeMs: 900_000 };

export function profileStoreContract(name: string, makeStore: MakeStore): void {
  describe(`profile store: ${name}`, () => {
    it("knows nothing of a user who is new", async ({ expect }) => {
      const opened = await makeStore().open(aUser(), visit);
      expect(opened).toMatchObject({ version: 0, revision: 0, refreshGranted: false });
      expect(opened.profile).toMatchObject({ personality: undefined, history: [], shown: [] });
      expect(opened.believeForMs).toBeGreaterThan(0);
    });

    it("sends a profile once, and again when it is another one", async ({ expect }) => {
      const [store, user] = [makeStore(), aUser()];
      const { version } = await store.apply(user, "here", feedback("like"));
      const known = { ...visit, knownVersion: version };
      expect((await store.open(user, visit)).profile?.liked).toHaveLength(1);
      expect(await store.open(user, known)).not.toHaveProperty("profile");
      const personality = { ...BALANCED, openness: 90 };
      const applied = await store.apply(user, "here", { kind: "personality", personality });
      expect(applied.version).toBeGreaterThan(version);
      const opened = await store.open(user, known);
      expect(opened.version).toBe(applied.version);
      expect(opened.profile?.personality).toEqual(personality);
    });

    it("teaches the key under which a video was shown", async ({ expect }) => {
      const [store, user] = [makeStore(), aUser()];
      const [shown] = shownVideos(1);
      const noted = await store.noteShown(user, shownVideos(3));
      const applied = await store.apply(
        user,
        "here",
        feedback("like", shown === undefined ? {} : { video: shown.video }),
      );
      expect(applied.revisionBefore).toBe(noted.revision);
      expect(applied.taught).toEqual({
        valueKey: shown?.valueKey,
        reward: 1,
        before: 0,
        after: 0.1,
      });
      const { profile } = await store.open(user, visit);
      expect(profile?.shown).toHaveLength(3);
      expect(codeCount(profile?.served ?? ("" as never))).toBe(3);
    });

    it("applies events once, in any order, and counts versions by what was new", async ({
      expect,
    }) => {
      const [store, user] = [makeStore(), aUser()];
      const unlike = anEvent("2", { type: "unlike", atMs: NOW_MS + 1 });
      const first = await store.apply(
        user,
        "here",
        events(unlike, anEvent("3", { type: "click" })),
      );
      const second = await store.apply(user, "here", events(anEvent("1"), unlike));
      expect(second.version).toBeGreaterThan(first.version);
      const repeated = await store.apply(user, "here", events(unlike, anEvent("1")));
      expect(repeated).toMatchObject({
        version: second.version,
        revisionBefore: second.revision,
        revision: second.revision,
      });
      const { profile } = await store.open(user, visit);
      expect(profile?.liked).toEqual([]);
      expect(profile?.taste.counts).toEqual({ like: 1, unlike: 1, click: 1 });
      expect(profile?.taste.tags).toHaveProperty("rock");
    });

    it("keeps demographics, and forgets them with taste", async ({ expect }) => {
      const [store, user] = [makeStore(), aUser()];
      await store.apply(user, "here", events(anEvent("1")));
      const demographics = { gender: "f", ageGroup: "45+" } as const;
      await store.apply(user, "here", { kind: "demographics", demographics });
      expect((await store.open(user, visit)).profile?.demographics).toEqual(demographics);
      await store.forget(user);
      const { profile } = await store.open(user, visit);
      expect(profile).toMatchObject({ taste: NO_TASTE, demographics: {}, liked: [], saidAt: [] });
    });

    it("tells what the user asked last to whoever opens it", async ({ expect }) => {
      const [store, user] = [makeStore(), aUser()];
      expect(await store.open(user, visit)).not.toHaveProperty("asks");
      await store.open(user, { ...visit, asks: "three" });
      await store.open(user, { ...visit, asks: "five" });
      expect((await store.open(user, { holder: "there" })).asks).toBe("five");
    });

    it("settles a change when the beliefs of others have ended", async ({ expect }) => {
      const [store, user] = [makeStore(), aUser()];
      await store.apply(user, "here", feedback("like"));
      const { believeForMs } = await store.open(user, { ...visit, holder: "there" });
      const own = await store.apply(user, "there", feedback("like"));
      const foreign = await store.apply(user, "elsewhere", feedback("like"));
      expect(own.settledInMs).toBe(0);
      expect(foreign.settledInMs).toBeGreaterThan(0);
      expect(foreign.settledInMs).toBeLessThanOrEqual(believeForMs);
    });

    it("grants refreshes so many times a minute", async ({ expect }) => {
      const [store, user] = [makeStore(), aUser()];
      const refresh = { ...visit, refresh: { perMinute: 2 } };
      const opened = [];
      for (let call = 0; call < 4; call += 1) opened.push(await store.open(user, refresh));
      expect(opened.map(({ refreshGranted }) => refreshGranted)).toEqual([
        true,
        true,
        false,
        false,
      ]);
      expect(opened[2]?.refreshAfterSeconds).toBeGreaterThan(0);
      expect((await store.open(user, visit)).refreshGranted).toBe(false);
    });

    it("lends a warm-up to one of many, and again when it has ended", async ({ expect }) => {
      const [store, user] = [makeStore(), aUser()];
      const owners = Array.from({ length: 20 }, (_, index) => `owner-${index}`);
      const leases = await Promise.all(owners.map((owner) => store.beginWarmUp(user, owner)));
      const granted = leases.filter((lease) => lease.granted);
      expect(granted).toHaveLength(1);
      const fencing = granted[0]?.fencing ?? 0;
      expect(await store.endWarmUp(user, fencing - 1, "warmed")).toBe(false);
      expect(await store.endWarmUp(user, fencing, "failed")).toBe(true);
      expect(await store.endWarmUp(user, fencing, "warmed")).toBe(false);
      const next = await store.beginWarmUp(user, "next");
      expect(next.granted && next.fencing > fencing).toBe(true);
    });

    it("forgets a user, and never uses a version twice", async ({ expect }) => {
      const [store, user] = [makeStore(), aUser()];
      const { version } = await store.apply(user, "here", feedback("dislike"));
      await store.forget(user);
      const opened = await store.open(user, { ...visit, knownVersion: version });
      expect(opened).toMatchObject({ version: 0, profile: { disliked: [] } });
      const anew = await store.apply(user, "here", feedback("like"));
      expect(anew.version).toBeGreaterThan(version);
    });

    it("keeps users apart", async ({ expect }) => {
      const [store, ann, ben] = [makeStore(), aUser(), aUser()];
      await store.apply(ann, "here", feedback("like"));
      expect((await store.open(ben, visit)).version).toBe(0);
    });
  });
}
