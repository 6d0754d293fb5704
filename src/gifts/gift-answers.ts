/**
 * Answers of gifts, cache first: a hit is bytes that were rendered when the list was made. The key names all that a list
 * is made of: what was asked, the snapshot, the records of tenant and deployment and, for one user, the version of the
 * profile, so that a like is seen by the next request. What is degraded is never kept as a good one.
 */
import { cacheKey, type KeyFields } from "../cache/cache-key.ts";
import type { Cache, CacheRead, Loaded, Windows } from "../cache/tiered-cache.ts";
import type { TierName } from "../cache/tier.ts";
import type { ItemId, UserId } from "../domain/ids.ts";
import type { OnMade } from "../feed/on-made.ts";
import type { Eventually } from "../pipeline/stages.ts";
import { clockMs } from "../platform/clock.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { KnownVersion } from "../profiles/known-profile.ts";
import type { SimilarItems } from "../similar/similar-items.ts";
import { countryOf } from "./eligible-items.ts";
import { amendList, type GiftReason, renderList } from "./gift-body.ts";
import { type GiftInputs, inputFields, type PersonalInputs } from "./gift-inputs.ts";
import type { GiftSnapshot } from "./gift-snapshot.ts";
import { type GiftCall, type GiftList, makePersonal, makePopular } from "./make-gifts.ts";
import type { ReadSnapshot, SnapshotShelf } from "./snapshot-shelf.ts";

export interface GiftAnswer {
  readonly bytes: Uint8Array;
  /** Where it came from; `made` by this request. */
  readonly tier: TierName | "made";
  readonly storedAtMs: number;
  readonly degraded: GiftReason | undefined;
}

/** The snapshot is in the key: the next one ends the answer before its life does. */
export const GIFT_WINDOWS: Windows = {
  freshMs: 15 * 60_000,
  staleMs: 0,
  onErrorMs: 0,
  negativeMs: 0,
};

/** Eight runs of the job that failed. */
const STALE_MS = 2 * 3_600_000;

export interface GiftPorts {
  readonly cache: Cache<Uint8Array>;
  readonly shelf: Pick<SnapshotShelf, "read">;
  readonly profiles: Pick<BelievedProfiles, "open" | "profile">;
  readonly similar: SimilarItems;
  readonly personalised: (call: GiftCall, user: UserId) => boolean;
  readonly onMade?: OnMade;
}

export class GiftAnswers {
  readonly #ports: GiftPorts;
  /** Routes give the same object for the same words: its key need not be written again. */
  readonly #keys = new WeakMap<GiftInputs, { readonly made: string; readonly key: string }>();

  constructor(ports: GiftPorts) {
    this.#ports = ports;
  }

  /** At once when the snapshot, the profile's version and the answer are in memory. */
  answer(call: GiftCall, inputs: GiftInputs): Eventually<GiftAnswer> {
    const { shelf, profiles } = this.#ports;
    const { tenant, nowMs, background } = call;
    const read = shelf.read(tenant, nowMs, background);
    const seen =
      inputs.surface === "personalized"
        ? profiles.open({ tenant, user: inputs.user }, { nowMs })
        : undefined;
    const cold = read instanceof Promise || seen instanceof Promise;
    // Three rounds of store calls in all: the record of the tenant, this one, and what goes together.
    if (cold && seen !== undefined) this.#ports.similar.prepare(tenant, nowMs, background);
    return cold
      ? Promise.all([read, seen]).then(([snapshot, known]) =>
          this.#answered(call, inputs, snapshot, known),
        )
      : this.#answered(call, inputs, read, seen);
  }

  #answered(
    call: GiftCall,
    inputs: GiftInputs,
    read: ReadSnapshot,
    seen: KnownVersion | undefined,
  ): Eventually<GiftAnswer> {
    if (read.outcome !== "found") return emptyAnswer(call, inputs, read);
    const snapshot = read.value;
    const reason =
      seen !== undefined && seen.state !== "current" ? "profiles_unavailable" : undefined;
    const state = { snapshot, seen, reason: reason ?? staleness(call, read) };
    const key = this.#keyOf(call, inputs, snapshot, seen);
    const held = this.#ports.cache.held(key, call.nowMs);
    if (held !== undefined) {
      return answerOf(held.value, held.tier, held.storedAtMs, state.reason);
    }
    return this.#read(key, call, inputs, state);
  }

  async #read(
    key: string,
    call: GiftCall,
    inputs: GiftInputs,
    { snapshot, seen, reason }: State,
  ): Promise<GiftAnswer> {
    const { nowMs, background } = call;
    const { onMade } = this.#ports;
    const own: { bytes?: Uint8Array; degraded?: GiftReason | undefined } = {};
    const load = async (): Promise<Loaded<Uint8Array>> => {
      const startedMs = clockMs();
      const list = await this.#make(call, inputs, snapshot, seen);
      const page = pageOf(snapshot, list, inputs);
      if (inputs.surface === "personalized") {
        const key = { tenant: call.tenant, user: inputs.user };
        onMade?.({ key, nowMs, background }, page.ids, `gifts/${list.algorithm}`);
      }
      const whole = {
        ...page,
        tookMs: clockMs() - startedMs,
        madeMs: nowMs,
        version: snapshot.version,
        degraded: list.degraded,
      };
      own.bytes = renderList(whole, false);
      own.degraded = list.degraded;
      const value = renderList(whole, true);
      const good = list.degraded === undefined && reason !== "profiles_unavailable";
      return good ? { outcome: "value", value } : { outcome: "unkept", value };
    };
    const read = await this.#ports.cache.read(key, { nowMs, background, load });
    if (own.bytes === undefined && read.outcome === "found") {
      const tier = read.tier === "made" ? "memory" : read.tier;
      return answerOf(read.value, tier, read.storedAtMs, reason);
    }
    // The flight of another request was lost: this one makes its own.
    if (own.bytes === undefined) await load();
    return answerOf(own.bytes ?? new Uint8Array(), "made", nowMs, reason, own.degraded);
  }

  async #make(
    call: GiftCall,
    inputs: GiftInputs,
    snapshot: GiftSnapshot,
    seen: KnownVersion | undefined,
  ): Promise<GiftList> {
    if (inputs.surface === "popular" || seen === undefined) {
      return makePopular(call, snapshot, inputs as Exclude<GiftInputs, PersonalInputs>);
    }
    const { profiles, similar, personalised } = this.#ports;
    const key = { tenant: call.tenant, user: inputs.user };
    const { profile } = await profiles.profile(key, seen, call.nowMs);
    return makePersonal(call, snapshot, inputs, profile, {
      similar,
      personalised: personalised(call, inputs.user),
    });
  }

  #keyOf(
    call: GiftCall,
    inputs: GiftInputs,
    snapshot: GiftSnapshot,
    seen: KnownVersion | undefined,
  ): string {
    const { tenant, versions } = call;
    const country = countryOf(call, snapshot, inputs.geo);
    const profile = seen?.version ?? 0;
    const made = `${tenant} ${snapshot.version} ${versions.tenant} ${versions.deployment} ${versions.withdrawn} ${profile} ${country}`;
    const known = this.#keys.get(inputs);
    if (known?.made === made) return known.key;
    const versionFields: KeyFields = {
      snapshot: snapshot.version,
      tenant: versions.tenant,
      deployment: versions.deployment,
      withdrawn: versions.withdrawn,
      profile,
    };
    const key = cacheKey(inputs.surface, {
      tenant,
      versions: versionFields,
      inputs: { ...inputFields(inputs), country },
    });
    this.#keys.set(inputs, { made, key });
    return key;
  }
}

interface State {
  readonly snapshot: GiftSnapshot;
  readonly seen: KnownVersion | undefined;
  /** Of this request: the bytes may be good for others. */
  readonly reason: GiftReason | undefined;
}

const staleness = (
  { nowMs }: GiftCall,
  { value, state }: CacheRead<GiftSnapshot> & { readonly outcome: "found" },
): GiftReason | undefined =>
  state === "error" || nowMs - value.version >= STALE_MS ? "lists_stale" : undefined;

const pageOf = ({ ids }: GiftSnapshot, list: GiftList, { page, limit }: GiftInputs) => ({
  ids: Array.from(
    list.items.subarray((page - 1) * limit, page * limit),
    (index) => ids[index] as ItemId,
  ),
  total: list.items.length,
  page,
  limit,
  algorithm: list.algorithm,
  audience: list.audience,
});

function answerOf(
  bytes: Uint8Array,
  tier: GiftAnswer["tier"],
  storedAtMs: number,
  ofRequest: GiftReason | undefined,
  ofList?: GiftReason,
): GiftAnswer {
  const degraded = ofRequest ?? ofList;
  const said = ofRequest === undefined ? bytes : amendList(bytes, ofRequest);
  return { bytes: said, tier, storedAtMs, degraded };
}

/** No list at all: policy cannot be kept without a snapshot, so nothing is shown. */
function emptyAnswer(call: GiftCall, inputs: GiftInputs, read: ReadSnapshot): GiftAnswer {
  const degraded = read.outcome === "nothing" ? "no_lists" : "lists_unavailable";
  const bytes = renderList({ ...nothingOf(call, inputs), degraded }, false);
  return { bytes, tier: "made", storedAtMs: call.nowMs, degraded };
}

const nothingOf = ({ nowMs }: GiftCall, { page, limit, surface }: GiftInputs) => ({
  ids: [],
  total: 0,
  page,
  limit,
  algorithm: surface === "popular" ? ("popular" as const) : ("popular_fallback" as const),
  audience: undefined,
  tookMs: 0,
  madeMs: nowMs,
  version: undefined,
});
