/** The objects that hold users' profiles, with their alarms: the desk of `src/profiles` in virtual time. */
import { type DueWarmUp, ProfileDesk } from "../../src/profiles/profile-desk.ts";
import type { ProfileStore } from "../../src/profiles/profile-store.ts";
import type { UserKey } from "../../src/users/user-store.ts";
import type { VirtualClock } from "./virtual-clock.ts";

interface ProfileObject {
  readonly desk: ProfileDesk;
  wakeAtMs: number | undefined;
}

export interface ProfileObjectsSettings {
  readonly clock: VirtualClock;
  readonly roundTripMs: number;
  /** An answer should be made anew before it ends. */
  readonly ring: (due: DueWarmUp) => void;
}

export function profileObjects({ clock, roundTripMs, ring }: ProfileObjectsSettings): ProfileStore {
  const objects = new Map<string, ProfileObject>();

  function objectOf({ tenant, user }: UserKey): ProfileObject {
    const name = `${tenant}/${user}`;
    const known = objects.get(name);
    if (known !== undefined) return known;
    const rows = { profile: undefined, desk: undefined };
    const made = { desk: new ProfileDesk(rows, clock.nowMs), wakeAtMs: undefined };
    objects.set(name, made);
    return made;
  }

  /** An alarm that comes too early is not moved, as in the real object. */
  function setAlarm(object: ProfileObject): void {
    const wantedMs = object.desk.wakeAtMs();
    if (wantedMs === undefined || (object.wakeAtMs ?? Infinity) <= wantedMs) return;
    object.wakeAtMs = wantedMs;
    clock.after(wantedMs - clock.nowMs, () => {
      if (object.wakeAtMs === wantedMs) alarm(object);
    });
  }

  function alarm(object: ProfileObject): void {
    object.wakeAtMs = undefined;
    const key = object.desk.ring(clock.nowMs);
    if (key !== undefined) ring(key);
    object.desk.rung(clock.nowMs);
    setAlarm(object);
  }

  async function through<Result>(
    key: UserKey,
    work: (desk: ProfileDesk, nowMs: number) => Result,
  ): Promise<Result> {
    await clock.sleep(roundTripMs / 2);
    const object = objectOf(key);
    const result = work(object.desk, clock.nowMs);
    setAlarm(object);
    await clock.sleep(roundTripMs / 2);
    return result;
  }

  return {
    open: (key, request) => through(key, (desk, nowMs) => desk.open(key, request, nowMs)),
    apply: (key, holder, change) =>
      through(key, (desk, nowMs) => desk.apply(key, holder, change, nowMs)),
    noteShown: (key, videos) => through(key, (desk, nowMs) => desk.noteShown(key, videos, nowMs)),
    beginWarmUp: (key, owner) => through(key, (desk, nowMs) => desk.beginWarmUp(key, owner, nowMs)),
    endWarmUp: (key, fencing, outcome) =>
      through(key, (desk, nowMs) => desk.endWarmUp(fencing, outcome, nowMs)),
    forget: (key) =>
      through(key, (desk) => {
        desk.forget();
      }),
  };
}
