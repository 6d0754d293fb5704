import fc from "fast-check";
import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import { BelievedProfiles } from "../../src/profiles/believed-profiles.ts";
import { type DeskRows, ProfileDesk } from "../../src/profiles/profile-desk.ts";
import type { ProfileStore } from "../../src/profiles/profile-store.ts";
import type { UserKey } from "../../src/users/user-store.ts";
import { aVideoId, feedback, NOW_MS, shownVideos } from "../support/profile-builders.ts";
import { aUser } from "../support/user-requests.ts";
import { VirtualTime } from "../support/virtual-time.ts";

/** How one call travels: there, back, and whether its answer arrives. */
interface Travel {
  readonly thereMs: number;
  readonly backMs: number;
  readonly lost: boolean;
}

/** One object of one user: it keeps rows, forgets beliefs when it restarts, and is reached by slow calls. */
class RemoteDesk {
  readonly #time: VirtualTime;
  #rows: DeskRows = { profile: undefined, desk: undefined };
  #desk: ProfileDesk;

  constructor(time: VirtualTime) {
    this.#time = time;
    this.#desk = new ProfileDesk(this.#rows, time.nowMs);
  }

  restart(): void {
    this.#desk = new ProfileDesk(this.#rows, this.#time.nowMs);
  }

  /** The store as an isolate sees it whose calls travel like `travel`. */
  through(travel: () => Travel): ProfileStore {
    const call = async <Result>(step: (desk: ProfileDesk, nowMs: number) => Result) => {
      const { thereMs, backMs, lost } = travel();
      await this.#time.sleep(thereMs);
      const result = step(this.#desk, this.#time.nowMs);
      this.#rows = { ...this.#rows, ...this.#desk.changedRows() };
      await this.#time.sleep(backMs);
      if (lost) throw new FailureError("PROFILES_UNAVAILABLE", "The answer was lost.");
      return result;
    };
    return {
      open: (key, request) => call((desk, nowMs) => desk.open(key, request, nowMs)),
      apply: (key, holder, change) => call((desk, nowMs) => desk.apply(key, holder, change, nowMs)),
      noteShown: (key, videos) => call((desk, nowMs) => desk.noteShown(key, videos, nowMs)),
      beginWarmUp: (key, owner) => call((desk, nowMs) => desk.beginWarmUp(key, owner, nowMs)),
      endWarmUp: (_key, fencing, outcome) =>
        call((desk, nowMs) => desk.endWarmUp(fencing, outcome, nowMs)),
      forget: () => call((desk) => desk.forget()),
    };
  }
}

interface Request {
  readonly isolate: number;
  readonly act: "open" | "refresh" | "like" | "touch" | "show" | "restart";
  /** Since the request before. */
  readonly afterMs: number;
  readonly travel: Travel;
}

const requests = fc.array(
  fc.record<Request>({
    isolate: fc.nat(2),
    act: fc.constantFrom("open", "open", "open", "refresh", "like", "touch", "show", "restart"),
    afterMs: fc.oneof(fc.nat(20), fc.nat(300), fc.nat(1_500)),
    travel: fc.record({
      thereMs: fc.oneof(fc.nat(10), fc.nat(10), fc.nat(700)),
      backMs: fc.oneof(fc.nat(10), fc.nat(10), fc.nat(700)),
      lost: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()),
    }),
  }),
  { minLength: 2, maxLength: 40 },
);

interface Answered {
  readonly version: number;
  /** The newest version that was acknowledged when the request began. */
  readonly acknowledged: number;
  /** Likes that were acknowledged by then, and are not in the profile. */
  readonly forgotten: readonly string[];
}

/** What requests were answered by version, where the answer did not say that it is an old one. */
async function answersTo(steps: readonly Request[]): Promise<readonly Answered[]> {
  const time = new VirtualTime(NOW_MS);
  const desk = new RemoteDesk(time);
  const key: UserKey = aUser();
  const answered: Answered[] = [];
  const likes = new Set<string>();
  let acknowledged = 0;
  const isolates = Array.from({ length: 3 }, (_, at) => {
    const road: { travel: Travel } = { travel: { thereMs: 0, backMs: 0, lost: false } };
    const profiles = new BelievedProfiles({
      store: desk.through(() => road.travel),
      holder: `isolate-${at}`,
      // One holds profiles, the next one versions alone.
      profilesBytes: at % 2 === 0 ? 1_000_000 : 1,
      pause: (ms) => time.sleep(ms),
    });
    return { profiles, road };
  });
  const change = async (profiles: BelievedProfiles, act: "like" | "touch", video: string) => {
    const applied = await profiles.apply(
      key,
      act === "touch" ? { kind: act } : feedback(act, { video: aVideoId(video) }),
    );
    acknowledged = Math.max(acknowledged, applied.version);
    if (act === "like") likes.add(aVideoId(video));
  };
  const read = async (profiles: BelievedProfiles, refresh: boolean) => {
    const before = { acknowledged, likes: [...likes] };
    const { nowMs } = time;
    const call = { nowMs, answerLifeMs: 900_000 };
    const seen = await profiles.open(key, refresh ? { ...call, refresh: { perMinute: 9 } } : call);
    if (seen.state !== "current") return;
    answered.push({ version: seen.version, acknowledged: before.acknowledged, forgotten: [] });
    const { version, profile, state } = await profiles.profile(key, seen, nowMs);
    if (state !== "current") return;
    const liked = new Set<string>(profile.liked);
    answered.push({
      version,
      acknowledged: Math.max(before.acknowledged, seen.version),
      forgotten: before.likes.filter((video) => !liked.has(video)),
    });
  };
  const mistakes: unknown[] = [];
  const running: Promise<void>[] = [];
  /** A call whose answer is lost throws: what it changed is not acknowledged. */
  const run = (request: Promise<unknown>) => {
    const ended = request.then(
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof FailureError)) mistakes.push(error);
      },
    );
    running.push(ended);
  };
  for (const [at, { isolate, act, afterMs, travel }] of steps.entries()) {
    await time.pass(afterMs);
    const { profiles, road } = isolates[isolate] ?? { profiles: undefined, road: undefined };
    if (profiles === undefined) continue;
    road.travel = travel;
    if (act === "restart") desk.restart();
    else if (act === "show") run(profiles.noteShown(key, shownVideos(1, at)));
    else if (act === "open" || act === "refresh") run(read(profiles, act === "refresh"));
    else run(change(profiles, act, String(at)));
  }
  await time.pass(20_000);
  await Promise.all(running);
  if (mistakes.length > 0) throw mistakes[0];
  return answered;
}

describe("isolates in front of one object", () => {
  it("never answer by a version before one that was acknowledged, whatever happens in whatever order", async ({
    expect,
  }) => {
    const property = fc.asyncProperty(requests, async (steps) => {
      for (const { version, acknowledged, forgotten } of await answersTo(steps)) {
        expect(version).toBeGreaterThanOrEqual(acknowledged);
        expect(forgotten).toEqual([]);
      }
    });
    await fc.assert(property, { numRuns: 1_500 });
  });
});
