/**
 * Answers of videos, cache first: a hit is bytes that were rendered when the answer was made. An answer is made again
 * when it is old, when the user says something new (the version of the profile is in its key), and when the user asks
 * for a refresh. One that is degraded is never kept as a good one.
 */
import { FailureError } from "../domain/failure.ts";
import type { Cache, CacheRead, Loaded } from "../cache/tiered-cache.ts";
import type { Eventually } from "../pipeline/stages.ts";
import { randomToken } from "../platform/token.ts";
import { beginWarmUp } from "../profiles/warm-up.ts";
import type { AnswerProfiles, SeenVersion } from "./answer-profiles.ts";
import { goOnWithout } from "./go-on-without.ts";
import type { OnMade } from "./on-made.ts";
import type { KeptAnswer } from "./kept-answer.ts";
import { lifeOf, type MadeVideos, makeVideos, type Recipe } from "./make-videos.ts";
import { poolsIfAny } from "./user-refills.ts";
import {
  answerOf,
  FAILURE_SECONDS,
  insteadOf,
  type NotFound,
  type VideoAnswer,
  windowsOf,
} from "./video-answer.ts";
import { asksText, readAsks } from "./video-asks.ts";
import { amendBody } from "./video-body.ts";
import { answerKey, DEFAULT_INPUTS, type VideoCall, type VideoInputs } from "./video-inputs.ts";

export type WarmUp =
  /** `unavailable`: nobody knows the user now, and nothing is warmed up. */
  | { readonly status: "warm" | "warming" | "unavailable" }
  | { readonly status: "already_warming"; readonly untilMs: number };

/** A request waits so long for lists that nobody has; a warm-up, which nobody waits for, as long as a slow search takes. */
const WAIT_MS = 1_500;
const WARM_UP_WAIT_MS = 8_000;

export class VideoAnswers {
  readonly #cache: Cache<KeptAnswer>;
  readonly #profiles: AnswerProfiles;
  readonly #onMade: OnMade | undefined;

  constructor(cache: Cache<KeptAnswer>, profiles: AnswerProfiles, onMade?: OnMade) {
    this.#cache = cache;
    this.#profiles = profiles;
    this.#onMade = onMade;
  }

  /**
   * At once when this isolate believes the user's profile and holds the answer. With `refresh` a new one, as often as
   * the tenant allows; otherwise what is kept, which then says so.
   */
  answer(call: VideoCall, inputs: VideoInputs, refresh: boolean): Eventually<VideoAnswer> {
    if (refresh) return this.#refreshed(call, inputs);
    const seen = this.#visit(call, inputs);
    const answered = (known: SeenVersion): Eventually<VideoAnswer> =>
      this.#held(call, inputs, known) ??
      this.#read({ call, inputs, seen: known, refreshed: false, waitMs: WAIT_MS }, false);
    return seen instanceof Promise ? seen.then(answered) : answered(seen);
  }

  /** Makes the answer anew. Nobody waits for it, and it is no visit. */
  async warm(call: VideoCall, inputs: VideoInputs): Promise<"warmed" | "failed"> {
    const seen = await this.#profiles.open(call.key, { nowMs: call.nowMs });
    const recipe = { call, inputs, seen, refreshed: false, waitMs: WARM_UP_WAIT_MS, ahead: true };
    const answer = await this.#read(recipe, true);
    return answer.degraded === undefined ? "warmed" : "failed";
  }

  /** Starts a warm-up behind the answer, unless there is nothing to warm up or somebody is at it. */
  async prefetch(request: VideoCall, wanted?: VideoInputs): Promise<WarmUp> {
    const { key, nowMs, background } = request;
    const seen = await this.#visit(request);
    const asks = wanted === undefined ? readAsks(seen.asks) : undefined;
    const inputs = wanted ?? asks?.inputs ?? DEFAULT_INPUTS;
    // A sign-in may come from a server; what the user asked last came from where the user is.
    const call = asks === undefined ? request : { ...request, country: () => asks.country };
    const kept = await this.#cache.find(await this.#keyOf({ call, inputs, seen }), nowMs);
    if (kept?.outcome === "found" && kept.state === "fresh") return { status: "warm" };
    const owner = randomToken();
    const make = () => this.warm(call, inputs);
    const begin = async () => {
      if (seen.state === "current") return beginWarmUp(this.#profiles, { key, owner, make });
      throw new FailureError("PROFILES_UNAVAILABLE", "Nobody knows whose answer to warm up.");
    };
    const warmUp = await begin().catch(goOnWithout("warm-up", background));
    if (warmUp === undefined) return { status: "unavailable" };
    if (!warmUp.begun) return { status: "already_warming", untilMs: warmUp.untilMs };
    background.run("warm-up", warmUp.finish);
    return { status: "warming" };
  }

  /** The answer that would be made now, with why each video is in it. Nothing of it is kept or noted. */
  async explained(call: VideoCall, inputs: VideoInputs): Promise<VideoAnswer> {
    const { key, nowMs } = call;
    const seen = await this.#profiles.open(key, { nowMs });
    const recipe = { call, inputs, seen, refreshed: false, waitMs: WAIT_MS };
    return this.#madeFor(recipe, true);
  }

  /** The user is here; `inputs` is what they ask, where they ask. */
  #visit(
    call: VideoCall,
    inputs?: VideoInputs,
    refresh?: { readonly perMinute: number },
  ): Eventually<SeenVersion> {
    return this.#profiles.open(call.key, {
      nowMs: call.nowMs,
      answerLifeMs: lifeOf(call.config),
      ...(inputs === undefined ? {} : { asks: () => asksText(call, inputs) }),
      ...(refresh === undefined ? {} : { refresh }),
    });
  }

  async #make(recipe: Recipe, explained = false): Promise<MadeVideos> {
    const { call, seen } = recipe;
    const profile = await this.#profiles.profile(call.key, seen, call.nowMs);
    const made = await makeVideos(recipe, profile, explained);
    if (!explained && made.away === undefined) {
      const items = made.shown.map(({ video }) => video);
      this.#onMade?.(call, items, `videos/${recipe.inputs.surface}`);
    }
    return made;
  }

  /** For one request, beside the cache; where YouTube brought nothing, of the catalogue. */
  async #madeFor(recipe: Recipe, explained = false): Promise<VideoAnswer> {
    const { away, ...first } = await this.#make(recipe, explained);
    const { bodies, degraded, shown } =
      away === undefined ? first : await this.#make({ ...recipe, instead: away }, explained);
    if (!explained) await this.#serve(recipe, { bytes: bodies.kept, unseen: shown });
    const storedAtMs = recipe.call.nowMs;
    const retryAfterSeconds = away?.retryAfterSeconds;
    return { bytes: bodies.made, tier: "made", storedAtMs, degraded, retryAfterSeconds };
  }

  #held(
    call: VideoCall,
    inputs: VideoInputs,
    seen: SeenVersion,
  ): Eventually<VideoAnswer> | undefined {
    if (seen.state !== "current") return undefined;
    const poolsVersion = heldPools(call);
    if (poolsVersion === undefined) return undefined;
    const key = answerKey(call, inputs, seen.version, poolsVersion);
    const kept = this.#cache.held(key, call.nowMs);
    if (kept === undefined) return undefined;
    const { value, tier, storedAtMs } = kept;
    const answer = { bytes: value.bytes, tier, storedAtMs, degraded: undefined };
    return value.unseen === undefined ? answer : this.#serve({ call }, value).then(() => answer);
  }

  /** Before an answer leaves, so that the next refresh brings others. What could not be noted is tried again. */
  async #serve({ call, ahead }: Pick<Recipe, "call" | "ahead">, kept: KeptAnswer): Promise<void> {
    if (ahead === true || kept.unseen === undefined) return;
    try {
      await this.#profiles.noteShown(call.key, kept.unseen);
      kept.unseen = undefined;
    } catch (error) {
      goOnWithout("note-shown", call.background)(error);
    }
  }

  async #refreshed(call: VideoCall, inputs: VideoInputs): Promise<VideoAnswer> {
    const perMinute = call.config.videos.refreshes_per_minute;
    const seen = await this.#visit(call, inputs, { perMinute });
    const refreshed = seen.refreshGranted;
    const answer = await this.#read({ call, inputs, seen, refreshed, waitMs: WAIT_MS }, refreshed);
    // While profiles are away nobody counts refreshes: the answer says so, and not that there were too many.
    if (refreshed || seen.state !== "current") return answer;
    const retryAfterSeconds = seen.refreshAfterSeconds;
    const said = { refresh: "throttled", retry_after: retryAfterSeconds };
    return { ...answer, bytes: amendBody(answer.bytes, said), retryAfterSeconds };
  }

  async #keyOf({ call, inputs, seen }: Pick<Recipe, "call" | "inputs" | "seen">): Promise<string> {
    const held = heldPools(call);
    const poolsVersion = held ?? (await poolsIfAny(call))?.pools.manifest.version ?? 0;
    return answerKey(call, inputs, seen.version, poolsVersion);
  }

  async #read(recipe: Recipe, renew: boolean): Promise<VideoAnswer> {
    const key = await this.#keyOf(recipe);
    const { read, made } = await this.#readKey(key, recipe, renew);
    if (read.outcome !== "found") return this.#instead(recipe, key, read);
    return answerOf(read, made, recipe.seen);
  }

  async #readKey(
    key: string,
    recipe: Recipe,
    renew: boolean,
  ): Promise<{ readonly read: CacheRead<KeptAnswer>; readonly made: MadeVideos | undefined }> {
    const { nowMs, background } = recipe.call;
    const served = Promise.withResolvers<void>();
    let made: MadeVideos | undefined;
    const load = async (behind: boolean): Promise<Loaded<KeptAnswer>> => {
      // It shows other videos than the old one, which nobody may have seen before this request.
      if (behind) await served.promise;
      made = await this.#make(recipe);
      return this.#loaded(behind ? { ...recipe, ahead: true } : recipe, made);
    };
    try {
      const read = await this.#cache.read(key, { nowMs, background, renew, load });
      if (read.outcome === "found") await this.#serve(recipe, read.value);
      return { read, made };
    } finally {
      served.resolve();
    }
  }

  async #loaded(recipe: Recipe, made: MadeVideos): Promise<Loaded<KeptAnswer>> {
    const { instead } = recipe;
    const { away, degraded, empty, lifeMs, shown } = made;
    if (away !== undefined) {
      // The lists know how long to wait for YouTube; this answer asks them again soon.
      return { outcome: "failed", ...away, askAgainSeconds: FAILURE_SECONDS };
    }
    const value: KeptAnswer = {
      bytes: made.bodies.kept,
      unseen: shown.length > 0 ? shown : undefined,
    };
    // Of an answer that leaves now nothing is left to note for who finds it in a far tier.
    await this.#serve(recipe, value);
    if (degraded !== undefined && instead === undefined) return { outcome: "unkept", value };
    return { outcome: "value", value, windows: windowsOf(lifeMs, empty || instead !== undefined) };
  }

  /** Nothing good is kept and none can be made: the catalogue's answer, kept apart from good ones and not for long. */
  async #instead(recipe: Recipe, key: string, failure: NotFound): Promise<VideoAnswer> {
    const { call, seen } = recipe;
    if (seen.refreshedVersion !== undefined) {
      const former = { ...seen, version: seen.refreshedVersion };
      const kept = await this.#cache.find(
        await this.#keyOf({ ...recipe, seen: former }),
        call.nowMs,
      );
      if (kept?.outcome === "found") {
        await this.#serve(recipe, kept.value);
        return answerOf({ ...kept, state: "error" }, undefined, seen);
      }
    }
    if (call.videos.library !== undefined) {
      const instead = insteadOf(failure);
      const { reason, retryAfterSeconds } = instead;
      const kept = await this.#readKey(`${key}/instead/${reason}`, { ...recipe, instead }, false);
      if (kept.read.outcome === "found") {
        const answer = answerOf(kept.read, kept.made, seen);
        return { ...answer, degraded: reason, retryAfterSeconds };
      }
    }
    // The cache has nothing to say at all: this request alone.
    return this.#madeFor(recipe);
  }
}

/** Undefined: an answer would be made of the catalogue, and no pools are here yet. */
const heldPools = ({ videos, ports, key }: VideoCall): number | undefined =>
  videos.library === undefined ? ports.replicas.heldVersion(key.tenant) : 0;
