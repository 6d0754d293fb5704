import fc from "fast-check";
import { describe, it } from "vitest";
import {
  BELIEVE_MS,
  NO_BELIEVERS,
  settledInMs,
  withBeliever,
} from "../../src/profiles/believers.ts";
import { type DeskRows, ProfileDesk } from "../../src/profiles/profile-desk.ts";
import { feedback, NOW_MS, shownVideos } from "../support/profile-builders.ts";
import { aUser } from "../support/user-requests.ts";

const MINUTE = 60_000;
const LIFE = 15 * MINUTE;
const DAY = 86_400_000;
const key = aUser();
const NOTHING: DeskRows = { profile: undefined, desk: undefined };
const visit = { holder: "here", answerLifeMs: LIFE };

const aDesk = (rows: DeskRows = NOTHING, nowMs = NOW_MS) => new ProfileDesk(rows, nowMs);

describe("beliefs", () => {
  it("of others end before a change is settled, and one's own do not matter", ({ expect }) => {
    const believers = withBeliever(withBeliever(NO_BELIEVERS, "a", 0), "b", 400);
    expect(settledInMs(believers, "c", 500)).toBe(900);
    expect(settledInMs(believers, "b", 500)).toBe(500);
    expect(settledInMs(believers, "c", 1_400)).toBe(0);
    expect(settledInMs(NO_BELIEVERS, "c", 500)).toBe(0);
  });

  it("are never outlived by a change that was acknowledged", ({ expect }) => {
    const opens = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(3_000)));
    fc.assert(
      fc.property(opens, fc.nat(3_000), fc.constantFrom("a", "b", "z"), (calls, atMs, holder) => {
        const earlier = calls.filter(([, openMs]) => openMs <= atMs);
        const believers = earlier
          .toSorted(([, a], [, b]) => a - b)
          .reduce((all, [name, openMs]) => withBeliever(all, name, openMs), NO_BELIEVERS);
        const settledMs = atMs + settledInMs(believers, holder, atMs);
        for (const [name, openMs] of earlier) {
          if (name !== holder) expect(settledMs).toBeGreaterThanOrEqual(openMs + BELIEVE_MS);
        }
        expect(settledMs - atMs).toBeLessThanOrEqual(BELIEVE_MS);
      }),
    );
  });

  it("that a restart forgot are waited for while there may be any", ({ expect }) => {
    const desk = aDesk();
    desk.open(key, visit, NOW_MS);
    const rows = { ...NOTHING, ...desk.changedRows() };
    const soon = aDesk(rows, NOW_MS + 300);
    expect(soon.apply(key, "here", feedback("like"), NOW_MS + 400).settledInMs).toBe(900);
    const late = aDesk(rows, NOW_MS + MINUTE);
    expect(late.apply(key, "here", feedback("like"), NOW_MS + MINUTE).settledInMs).toBe(0);
  });
});

describe("versions", () => {
  it("grow with every change, and do not come back when all was forgotten", ({ expect }) => {
    const desk = aDesk();
    expect(desk.open(key, visit, NOW_MS).version).toBe(0);
    const first = desk.apply(key, "here", { kind: "touch" }, NOW_MS);
    const second = desk.apply(key, "here", { kind: "touch" }, NOW_MS);
    expect(second.version).toBeGreaterThan(first.version);
    desk.forget();
    const third = desk.apply(key, "here", feedback("like"), NOW_MS + 10);
    expect(third.version).toBeGreaterThan(second.version);
  });

  it("stay when something is shown, which is sent to whoever knows the revision before", ({
    expect,
  }) => {
    const desk = aDesk();
    const { version, revision } = desk.open(key, visit, NOW_MS);
    desk.noteShown(key, shownVideos(2), NOW_MS);
    const known = { ...visit, knownVersion: version };
    expect(desk.open(key, known, NOW_MS)).not.toHaveProperty("profile");
    const opened = desk.open(key, { ...known, knownRevision: revision }, NOW_MS);
    expect(opened.version).toBe(version);
    expect(opened.profile?.shown).toHaveLength(2);
  });

  it("both stay when the same answer is noted again", ({ expect }) => {
    const desk = aDesk();
    const answer = shownVideos(2).map((video) => ({ ...video, madeMs: NOW_MS }));
    const { revision } = desk.noteShown(key, answer, NOW_MS);
    const again = desk.noteShown(key, answer, NOW_MS + 1_000);
    expect(again).toEqual({ revisionBefore: revision, revision });
  });

  it("are not begun by a touch of a user whom nobody asked for", ({ expect }) => {
    const desk = aDesk();
    desk.apply(key, "here", { kind: "touch" }, NOW_MS);
    expect(desk.isEmpty()).toBe(true);
    expect(desk.changedRows()).toEqual({});
  });
});

describe("what is stored", () => {
  it("is one row for a change, and none for an open that says nothing new", ({ expect }) => {
    const desk = aDesk();
    desk.open(key, visit, NOW_MS);
    expect(Object.keys(desk.changedRows())).toEqual(["desk"]);
    desk.open(key, visit, NOW_MS + 2_000);
    expect(desk.changedRows()).toEqual({});
    desk.apply(key, "here", feedback("like"), NOW_MS + 3_000);
    expect(Object.keys(desk.changedRows())).toEqual(["profile"]);
    expect(desk.changedRows()).toEqual({});
  });

  it("is what another desk goes on from", ({ expect }) => {
    const desk = aDesk();
    desk.open(key, { ...visit, refresh: { perMinute: 1 } }, NOW_MS);
    const { version } = desk.apply(key, "here", feedback("dislike"), NOW_MS);
    desk.noteShown(key, shownVideos(3), NOW_MS);
    const lease = desk.beginWarmUp(key, "one", NOW_MS);
    const other = aDesk({ ...NOTHING, ...desk.changedRows() }, NOW_MS + 1);
    const opened = other.open(key, { ...visit, refresh: { perMinute: 1 } }, NOW_MS + 1);
    expect(opened).toMatchObject({ version, refreshGranted: false, refreshAfterSeconds: 60 });
    expect(opened.profile).toEqual(desk.open(key, visit, NOW_MS).profile);
    expect(lease.granted && other.endWarmUp(lease.fencing, "warmed", NOW_MS + 1)).toBe(true);
  });
});

describe("a refresh", () => {
  it("ends the answer before it in every isolate, and names its version", ({ expect }) => {
    const desk = aDesk();
    const before = desk.apply(key, "here", feedback("like"), NOW_MS).version;
    const opened = desk.open(key, { ...visit, refresh: { perMinute: 1 } }, NOW_MS + 1);
    expect(opened.refreshedVersion).toBe(before);
    expect(opened.version).toBeGreaterThan(before);
    expect(desk.open(key, visit, NOW_MS + 2).version).toBe(opened.version);
    const refused = desk.open(key, { ...visit, refresh: { perMinute: 1 } }, NOW_MS + 3);
    expect(refused).toMatchObject({ refreshGranted: false, version: opened.version });
  });
});

describe("the alarm", () => {
  it("names a user who keeps coming, once, before the answer ends", ({ expect }) => {
    const desk = aDesk();
    desk.open(key, visit, NOW_MS);
    desk.open(key, visit, NOW_MS + 5 * MINUTE);
    const wakeAtMs = NOW_MS + 14 * MINUTE;
    expect(desk.wakeAtMs()).toBe(wakeAtMs);
    expect(desk.ring(wakeAtMs - 1)).toBeUndefined();
    expect(desk.ring(wakeAtMs)).toEqual(key);
    // The queue did not take it.
    expect(desk.ring(wakeAtMs)).toEqual(key);
    desk.rung(wakeAtMs);
    expect(desk.ring(wakeAtMs)).toBeUndefined();
  });

  it("tells what the user asked last, as it is stored", ({ expect }) => {
    const desk = aDesk();
    desk.open(key, { ...visit, asks: "three" }, NOW_MS);
    desk.open(key, { ...visit, asks: "five" }, NOW_MS + 5 * MINUTE);
    expect(desk.open(key, visit, NOW_MS + 5 * MINUTE).asks).toBe("five");
    const other = aDesk({ ...NOTHING, ...desk.changedRows() }, NOW_MS + 6 * MINUTE);
    expect(other.ring(NOW_MS + 14 * MINUTE)).toEqual({ ...key, asks: "five" });
  });

  it("names nobody when it comes after the answer has ended", ({ expect }) => {
    const desk = aDesk();
    desk.open(key, visit, NOW_MS);
    desk.open(key, visit, NOW_MS + 5 * MINUTE);
    expect(desk.ring(NOW_MS + 16 * MINUTE)).toBeUndefined();
    desk.rung(NOW_MS + 16 * MINUTE);
    expect(desk.wakeAtMs()).toBeGreaterThan(NOW_MS + DAY);
  });

  it("forgets users who told us nothing and went away, and nobody else", ({ expect }) => {
    const desk = aDesk();
    desk.open(key, visit, NOW_MS);
    desk.noteShown(key, shownVideos(2), NOW_MS);
    desk.ring(NOW_MS + 29 * DAY);
    expect(desk.isEmpty()).toBe(false);
    desk.ring(NOW_MS + 30 * DAY);
    expect(desk.isEmpty()).toBe(true);
    const taught = aDesk();
    taught.apply(key, "here", feedback("like", { categoryName: "Music" }), NOW_MS);
    expect(taught.wakeAtMs()).toBeUndefined();
    taught.ring(NOW_MS + 300 * DAY);
    expect(taught.isEmpty()).toBe(false);
  });

  it("forgets whoever was idle for as long as the tenant says, told last, after a restart too", ({
    expect,
  }) => {
    const like = feedback("like", { categoryName: "Music" });
    const desk = aDesk();
    desk.apply(key, "here", like, NOW_MS, 90);
    expect(desk.wakeAtMs()).toBe(NOW_MS + 90 * DAY);
    // Not said: what was said last holds. A use counts from then on.
    desk.open(key, { holder: "here" }, NOW_MS + 10 * DAY);
    const again = aDesk({ ...NOTHING, ...desk.changedRows() }, NOW_MS + 11 * DAY);
    expect(again.wakeAtMs()).toBe(NOW_MS + 100 * DAY);
    again.ring(NOW_MS + 100 * DAY - 1);
    expect(again.isEmpty()).toBe(false);
    // Told within the time in which a use is not stored anew.
    again.open(key, { holder: "here", idleDays: 7 }, NOW_MS + 10 * DAY + 1);
    expect(again.wakeAtMs()).toBe(NOW_MS + 17 * DAY);
    again.open(key, { holder: "here", idleDays: null }, NOW_MS + 10 * DAY + 2);
    expect(again.wakeAtMs()).toBeUndefined();
    again.open(key, { holder: "here", idleDays: 7 }, NOW_MS + 10 * DAY + 3);
    again.ring(NOW_MS + 17 * DAY);
    expect(again.isEmpty()).toBe(true);
    expect(again.changedRows()).toEqual({ profile: undefined, desk: undefined });
  });
});
