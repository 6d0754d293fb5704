import type { Filter } from "../../pipeline/stages.ts";
import type { KnownVideo, VideoRequest, VideoState } from "../video-state.ts";

/** Removes what the user disliked or has watched: by the profile, and by what all surfaces share. */
export const videoHistoryFilter: Filter<VideoRequest, VideoState, KnownVideo> = {
  name: "video_history_filter",
  judge(_request, { disliked, watched, watchedCodes }) {
    return ({ video, code }) => {
      if (disliked.has(video.id)) return "disliked";
      return watched.has(video.id) || watchedCodes.has(code) ? "watched" : undefined;
    };
  },
};
