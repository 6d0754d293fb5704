import type { Filter } from "../../pipeline/stages.ts";
import type { KnownVideo, VideoRequest, VideoState } from "../video-state.ts";

/** Removes a video that another list brought already. */
export const videoRepeatFilter: Filter<VideoRequest, VideoState, KnownVideo> = {
  name: "video_repeat_filter",
  judge() {
    const seen = new Set<string>();
    return ({ video }) => {
      if (seen.has(video.id)) return "repeated";
      seen.add(video.id);
      return undefined;
    };
  },
};
