import { lowerReason } from "../degradation.ts";
import { eachCode, type ItemCodes, joinCodes } from "../../domain/item-code.ts";
import type { Hydrator } from "../../pipeline/stages.ts";
import { toSeconds } from "../../platform/clock.ts";
import type { FeedVideo } from "../feed-video.ts";
import { goOnWithout } from "../go-on-without.ts";
import type { FoundVideo, KnownVideo, VideoRequest, VideoState } from "../video-state.ts";
import type { ThemeFinder, VideoThemes } from "../video-themes.ts";

/** User state checks no more in one step. */
const CHECKED_AT_ONCE = 500;

/** Lists that users share stay in memory: a video's words are read once, not once a user. */
const knownThemes = new WeakMap<ThemeFinder, WeakMap<FeedVideo, VideoThemes>>();

/** What videos are about, and which of them the user has watched anywhere, as far as user state can say. */
export const videoThemes: Hydrator<VideoRequest, VideoState, FoundVideo, KnownVideo> = {
  name: "video_themes",
  async hydrate(request, state, found) {
    const watching = watchedOf(request, found);
    const { finder } = state;
    let known = knownThemes.get(finder);
    if (known === undefined) {
      known = new WeakMap();
      knownThemes.set(finder, known);
    }
    const themes = known;
    const described = found.map((candidate): KnownVideo => {
      const { video } = candidate;
      let about = themes.get(video);
      if (about === undefined) {
        about = finder.themesOf(video);
        themes.set(video, about);
      }
      return { ...candidate, about };
    });
    const answers = await watching.catch(goOnWithout("watched-videos", request.background));
    if (answers === undefined) {
      state.degraded = lowerReason(state.degraded, "user_state_unavailable");
    }
    for (const codes of answers ?? []) {
      for (const code of eachCode(codes)) state.watchedCodes.add(code);
    }
    return described;
  },
};

function watchedOf(
  { ports, key, policy, nowMs }: VideoRequest,
  found: readonly FoundVideo[],
): Promise<readonly ItemCodes[]> {
  const codes = [...new Set(found.map(({ code }) => code))];
  const chunks: ItemCodes[] = [];
  for (let at = 0; at < codes.length; at += CHECKED_AT_ONCE) {
    chunks.push(joinCodes(...codes.slice(at, at + CHECKED_AT_ONCE)));
  }
  return Promise.all(
    chunks.map(async (candidates) => {
      const { watched } = await ports.users.peek(key, {
        nowSeconds: toSeconds(nowMs),
        limits: { popularity: 0, freshness: 0 },
        candidates,
        // Nothing is low below nothing: a look from here must not be granted a refill that nobody would do.
        policy: { ...policy, lowWaterMark: 0 },
      });
      return watched;
    }),
  );
}
