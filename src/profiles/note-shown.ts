/** What showing videos makes of a profile: facts of the last ones, and a code of each that was ever shown. */
import {
  CODE_WIDTH,
  eachCode,
  type ItemCodes,
  itemCode,
  joinCodes,
  sliceCodes,
} from "../domain/item-code.ts";
import type { Profile, ShownVideo } from "./profile.ts";

/** 15 answers of 20: feedback on what was shown before them has lost its facts. */
export const SHOWN_LIMIT = 300;
/** 28 KB: 200 answers of 20 without a repeat. */
export const SERVED_LIMIT = 4_000;

/**
 * `videos` in the order in which they are shown. A video shown again counts as new, unless it is of an answer that
 * was noted, or of an older one: many isolates may note the same answer. The same profile when nothing is new.
 */
export function noteShown(profile: Profile, videos: readonly ShownVideo[]): Profile {
  const known = new Map(profile.shown.map((shown) => [shown.video, shown]));
  const news = videos.filter((video) => isNew(video, known.get(video.video)));
  if (news.length === 0) return profile;
  const fresh = new Map(news.map((video) => [video.video, video]));
  const earlier = profile.shown.filter(({ video }) => !fresh.has(video));
  const served = news.filter((video) => video.served !== false);
  return {
    ...profile,
    shown: [...fresh.values(), ...earlier].slice(0, SHOWN_LIMIT),
    served: withServed(
      profile.served,
      served.map(({ video }) => itemCode(video)),
    ),
  };
}

function isNew(video: ShownVideo, known: ShownVideo | undefined): boolean {
  if (known === undefined) return true;
  // Facts are there: what was served stays served.
  if (video.served === false) return false;
  if (known.served === false || video.madeMs === undefined) return true;
  return known.madeMs === undefined || known.madeMs < video.madeMs;
}

function withServed(served: ItemCodes, codes: readonly ItemCodes[]): ItemCodes {
  if (codes.length === 0) return served;
  const fresh = new Set(codes);
  const earlier = Array.from(eachCode(served)).filter((code) => !fresh.has(code));
  const all = joinCodes(...earlier, ...fresh);
  return sliceCodes(all, Math.max(0, all.length / CODE_WIDTH - SERVED_LIMIT));
}
