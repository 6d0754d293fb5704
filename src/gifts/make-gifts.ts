/** Makes one list of gifts: from a snapshot, what is asked for, and what is known of the user. */
import { isCountry } from "../domain/countries.ts";
import { isOutage } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import type { Profile } from "../profiles/profile.ts";
import { COLLABORATIVE_FROM } from "../similar/defaults.ts";
import type { SimilarItems } from "../similar/similar-items.ts";
import type { RecordVersions } from "../tenants/record-versions.ts";
import { COLLABORATIVE_LIKES, collaborativeItems } from "./collaborative.ts";
import { eligibleItems, type Rules } from "./eligible-items.ts";
import type { AlgorithmUsed, GiftReason } from "./gift-body.ts";
import type { PersonalInputs, PopularInputs } from "./gift-inputs.ts";
import type { GiftSnapshot } from "./gift-snapshot.ts";
import { personalList } from "./personal-list.ts";
import { type Audience, listedItems, popularList } from "./popular-list.ts";

export interface GiftCall extends Rules {
  readonly tenant: TenantId;
  /** Of the records that rules come from. */
  readonly versions: RecordVersions;
  readonly nowMs: number;
  readonly background: Background;
}

export interface GiftList {
  readonly items: Uint32Array;
  readonly algorithm: AlgorithmUsed;
  readonly audience: Audience | undefined;
  readonly degraded: GiftReason | undefined;
}

/** The country whose scores a market has; none for a place that only the tenant knows. */
const scoredCountry = (geo: string): string => {
  const code = geo.toUpperCase();
  return isCountry(code) ? code : "";
};

export function makePopular(
  call: GiftCall,
  snapshot: GiftSnapshot,
  inputs: PopularInputs,
): GiftList {
  const eligible = eligibleItems(snapshot, call, inputs);
  const { order, who, geo } = inputs;
  if (order === "popular") {
    const list = popularList(snapshot, eligible, who, scoredCountry(geo));
    return { ...list, algorithm: order, degraded: undefined };
  }
  const listed = order === "trending" ? snapshot.trending : snapshot.underExposed;
  return {
    items: listedItems(listed, eligible),
    algorithm: order,
    audience: undefined,
    degraded: undefined,
  };
}

/** Of a user who gets nothing personal, everything but what was judged is as for anybody of the same demographics. */
export async function makePersonal(
  call: GiftCall,
  snapshot: GiftSnapshot,
  inputs: PersonalInputs,
  profile: Pick<Profile, "liked" | "disliked" | "demographics">,
  { similar, personalised }: { readonly similar: SimilarItems; readonly personalised: boolean },
): Promise<GiftList> {
  const allowed = eligibleItems(snapshot, call, inputs);
  const { geo, user } = inputs;
  const { liked, disliked } = profile;
  const country = scoredCountry(geo);
  if (!personalised) {
    const judged = new Set([...liked, ...disliked].map((id) => snapshot.indexOf(id)));
    const list = popularList(
      snapshot,
      (index) => !judged.has(index) && allowed(index),
      {},
      country,
    );
    return { ...list, algorithm: "popular", degraded: undefined };
  }
  let degraded: GiftReason | undefined;
  let together: Parameters<typeof collaborativeItems>[1];
  let byUsers: Parameters<typeof collaborativeItems>[2];
  if (liked.length >= COLLABORATIVE_FROM) {
    const { tenant, nowMs, background } = call;
    const recent = liked.slice(0, COLLABORATIVE_LIKES);
    try {
      [together, byUsers] = await Promise.all([
        similar.neighboursOf(tenant, recent, nowMs, background),
        similar.byUsersLike(tenant, user, nowMs, background),
      ]);
    } catch (error) {
      if (!isOutage(error)) throw error;
      background.run("similar-items", () => Promise.reject(error));
      degraded = "similar_unavailable";
    }
  }
  const list = personalList(
    snapshot,
    allowed,
    {
      liked,
      disliked,
      // As far as the user said.
      who: profile.demographics,
      collaborative: (eligible) => collaborativeItems(snapshot, together, byUsers, eligible),
    },
    country,
    call.nowMs,
  );
  return { ...list, degraded };
}
