import fc from "fast-check";
import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import { BelievedProfiles } from "../../src/profiles/believed-profiles.ts";
import { MemoryProfileStore } from "../../src/profiles/memory-profile-store.ts";
import type { OpenedProfile, ProfileStore } from "../../src/profiles/profile-store.ts";
import { aVideoId, feedback, NOW_MS, shownVideos } from "../support/profile-builders.ts";
import { aUser } from "../support/user-requests.ts";

const SECOND = 1_000;

/** Isolates in front of one store, with a clock that only the test moves. */
function aScene() {
  const time = { nowMs: NOW_MS };
  const memory = new MemoryProfileStore(() => time.nowMs);
  const calls: string[] = [];
  const pauses: number[] = [];
  const state = { down: false };
  let sent = 0;
  const store: ProfileStore = {
    open: (key, request) => {
      calls.push("open");
      if (state.down) return Promise.reject(new FailureError("PROFILES_UNAVAILABLE", "Down."));
      return memory.open(key, request).then((opened) => {
        if (opened.profile !== undefined) sent += 1;
        return opened;
      });
    },
    apply: (key, holder, change) => {
      if (state.down) return Promise.reject(new FailureError("PROFILES_UNAVAILABLE", "Down."));
      return memory.apply(key, holder, change);
    },
    noteShown: (key, videos) => memory.noteShown(key, videos),
    beginWarmUp: (key, owner) => memory.beginWarmUp(key, owner),
    endWarmUp: (key, fencing, outcome) => memory.endWarmUp(key, fencing, outcome),
    forget: (key) => memory.forget(key),
  };
  const anIsolate = (holder: string, through: ProfileStore = store, profilesBytes = 1_000_000) =>
    new BelievedProfiles({
      store: through,
      profilesBytes,
      holder,
      pause: async (ms) => {
        pauses.push(ms);
        time.nowMs += ms;
      },
    });
  const call = () => ({ nowMs: time.nowMs, answerLifeMs: 900_000 });
  const key = aUser();
  /** What an answer would be made of now. */
  const profileAt = async (isolate: BelievedProfiles) => {
    const seen = await isolate.open(key, call());
    return { ...seen, ...(await isolate.profile(key, seen, time.nowMs)) };
  };
  return {
    time,
    memory,
    store,
    calls,
    pauses,
    state,
    anIsolate,
    call,
    key,
    profileAt,
    sent: () => sent,
  };
}

describe("profiles that are believed", () => {
  it("cost one round trip a second, and none in between", async ({ expect }) => {
    const { time, calls, anIsolate, call, key } = aScene();
    const here = anIsolate("here");
    await here.open(key, call());
    time.nowMs += SECOND - 1;
    expect(here.open(key, call())).not.toBeInstanceOf(Promise);
    expect(calls).toHaveLength(1);
    time.nowMs += 1;
    expect(here.open(key, call())).toBeInstanceOf(Promise);
    expect(calls).toHaveLength(2);
  });

  it("ask the store for every refresh", async ({ expect }) => {
    const { anIsolate, call, key } = aScene();
    const here = anIsolate("here");
    await here.open(key, call());
    const refresh = { ...call(), refresh: { perMinute: 1 } };
    expect(await here.open(key, refresh)).toMatchObject({ refreshGranted: true });
    expect(await here.open(key, refresh)).toMatchObject({
      refreshGranted: false,
      refreshAfterSeconds: 60,
    });
  });

  it("are not sent again while they are the same, and are when more was shown", async ({
    expect,
  }) => {
    const { time, anIsolate, key, profileAt, sent } = aScene();
    const [here, there] = [anIsolate("here"), anIsolate("there")];
    await here.apply(key, feedback("like"));
    const before = await profileAt(here);
    time.nowMs += 2 * SECOND;
    expect((await profileAt(here)).profile).toBe(before.profile);
    expect(sent()).toBe(1);
    await there.noteShown(key, shownVideos(2));
    time.nowMs += 2 * SECOND;
    const after = await profileAt(here);
    expect(sent()).toBe(2);
    expect(after.version).toBe(before.version);
    expect(after.profile.shown).toHaveLength(2);
  });

  it("know what was shown elsewhere in between", async ({ expect }) => {
    const { time, anIsolate, call, key, profileAt } = aScene();
    const [here, there] = [anIsolate("here"), anIsolate("there")];
    await here.open(key, call());
    await there.noteShown(key, shownVideos(1, 5));
    await here.noteShown(key, shownVideos(1, 6));
    time.nowMs += SECOND;
    const { profile } = await profileAt(here);
    expect(profile.shown.map(({ video }) => video)).toEqual([aVideoId(6), aVideoId(5)]);
  });

  it("know at once what was shown here", async ({ expect }) => {
    const { time, anIsolate, call, key } = aScene();
    const here = anIsolate("here");
    const seen = await here.open(key, call());
    const noting = here.noteShown(key, shownVideos(2));
    expect(here.profile(key, seen, time.nowMs)).toMatchObject({
      profile: { shown: shownVideos(2) },
    });
    await noting;
    const { version } = await here.apply(key, feedback("dislike", { video: aVideoId(0) }));
    const after = await here.open(key, call());
    expect(here.profile(key, after, time.nowMs)).toMatchObject({
      version,
      profile: { disliked: [aVideoId(0)], shown: shownVideos(2) },
    });
  });
});

describe("profiles that are not held", () => {
  it("cost a number while their version is the same, and are fetched for an answer", async ({
    expect,
  }) => {
    const { time, store, anIsolate, call, key, calls, profileAt, sent } = aScene();
    const here = anIsolate("here", store, 1);
    await here.apply(key, feedback("like"));
    await here.open(key, call());
    time.nowMs += SECOND;
    const seen = await here.open(key, call());
    expect(seen.version).toBeGreaterThan(0);
    expect([calls.length, sent()]).toEqual([2, 0]);
    expect((await profileAt(here)).profile.liked).toEqual([aVideoId("a")]);
    expect([calls.length, sent()]).toEqual([3, 1]);
  });
});

describe("an acknowledged change", () => {
  it("is seen by the next request of every isolate", async ({ expect }) => {
    const { time, anIsolate, call, key, pauses, profileAt } = aScene();
    const isolates = ["a", "b", "c"].map((holder) => anIsolate(holder));
    for (const isolate of isolates) {
      await isolate.open(key, call());
      time.nowMs += 200;
    }
    for (const [at, isolate] of isolates.entries()) {
      const { version } = await isolate.apply(key, feedback("like", { video: aVideoId(at) }));
      for (const reader of isolates) {
        const seen = await profileAt(reader);
        expect(seen.version).toBe(version);
        expect(seen.profile.liked).toContain(aVideoId(at));
      }
    }
    expect(pauses.every((ms) => ms <= SECOND)).toBe(true);
  });

  it("made on top of one that is not known here is seen with it", async ({ expect }) => {
    const { anIsolate, call, key, profileAt } = aScene();
    const [here, there] = [anIsolate("here"), anIsolate("there")];
    await here.open(key, call());
    await there.apply(key, feedback("like", { video: aVideoId("theirs") }));
    await here.apply(key, feedback("like", { video: aVideoId("ours") }));
    const { profile } = await profileAt(here);
    expect(profile.liked).toEqual([aVideoId("ours"), aVideoId("theirs")]);
  });

  it("is seen by every later request, whatever isolates do in whatever order", async ({
    expect,
  }) => {
    const step = fc.record({
      isolate: fc.nat(2),
      act: fc.constantFrom("open", "like", "dislike", "show", "wait"),
      video: fc.nat(3),
      ms: fc.nat(1_200),
    });
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { time, memory, anIsolate, key, profileAt } = aScene();
      const isolates = ["a", "b", "c"].map((holder) => anIsolate(holder));
      for (const { isolate, act, video, ms } of steps) {
        const here = isolates[isolate] ?? anIsolate("never");
        if (act === "wait") time.nowMs += ms;
        else if (act === "show") await here.noteShown(key, shownVideos(1, video));
        else if (act !== "open") await here.apply(key, feedback(act, { video: aVideoId(video) }));
        const seen = await profileAt(here);
        const { version, profile } = await memory.open(key, { holder: "a" });
        expect(seen.version).toBe(version);
        expect(seen.profile.liked).toEqual(profile?.liked);
        expect(seen.profile.disliked).toEqual(profile?.disliked);
      }
    });
    await fc.assert(property);
  });

  it("does not wait where nobody else was asked", async ({ expect }) => {
    const { anIsolate, call, key, pauses } = aScene();
    const here = anIsolate("here");
    await here.open(key, call());
    const { version } = await here.apply(key, feedback("like"));
    expect(pauses).toEqual([]);
    expect(here.open(key, call())).toMatchObject({ version, state: "current" });
  });

  it("stands above an older answer of the store that comes late", async ({ expect }) => {
    const { memory, anIsolate, call, key, store } = aScene();
    const late = Promise.withResolvers<void>();
    let held = true;
    const here = anIsolate("here", {
      ...store,
      open: async (user, request): Promise<OpenedProfile> => {
        const opened = await memory.open(user, request);
        if (held) await late.promise;
        return opened;
      },
    });
    const slow = here.open(key, call());
    const { version } = await here.apply(key, feedback("dislike"));
    held = false;
    expect(await here.open(key, call())).toMatchObject({ version });
    late.resolve();
    expect(await slow).toMatchObject({ version });
    expect(await here.open(key, call())).toMatchObject({ version });
  });
});

describe("without the store", () => {
  it("the last known profile is served, and said to be stale", async ({ expect }) => {
    const { time, state, anIsolate, key, profileAt, calls } = aScene();
    const here = anIsolate("here");
    await here.apply(key, feedback("dislike"));
    const { version } = await profileAt(here);
    state.down = true;
    time.nowMs += 3 * SECOND;
    const before = calls.length;
    expect(await profileAt(here)).toMatchObject({
      state: "stale",
      version,
      profile: { disliked: [aVideoId("a")] },
      refreshGranted: false,
    });
    // It is not asked for the profile when it did not tell the version.
    expect(calls).toHaveLength(before + 1);
  });

  it("nothing is made up of a user who is not known here", async ({ expect }) => {
    const { state, anIsolate, profileAt } = aScene();
    state.down = true;
    const opened = await profileAt(anIsolate("here"));
    expect(opened).toMatchObject({ state: "missing", version: 0 });
  });

  it("what this isolate acknowledged is not forgotten", async ({ expect }) => {
    const { state, anIsolate, key, profileAt } = aScene();
    const here = anIsolate("here");
    const { version } = await here.apply(key, feedback("dislike"));
    state.down = true;
    expect(await profileAt(here)).toMatchObject({
      state: "missing",
      version,
      profile: { disliked: [aVideoId("a")] },
    });
  });

  it("a change is not acknowledged", async ({ expect }) => {
    const { state, anIsolate, key } = aScene();
    state.down = true;
    await expect(anIsolate("here").apply(key, feedback("like"))).rejects.toMatchObject({
      code: "PROFILES_UNAVAILABLE",
    });
  });
});
