import type { Filter } from "../../pipeline/stages.ts";
import { isOfCategory } from "../feed-video.ts";
import type { KnownVideo, VideoRequest, VideoState } from "../video-state.ts";

/** Holds the whole answer to the category that is asked for; system D held its clusters alone to it. */
export const videoCategoryFilter: Filter<VideoRequest, VideoState, KnownVideo> = {
  name: "video_category_filter",
  judge({ category }) {
    if (category === undefined) return () => undefined;
    return ({ video }) => (isOfCategory(video, category) ? undefined : "other_category");
  },
};
