import type { Backfill } from "../../pipeline/stages.ts";
import { catalogueVideos } from "../sources/video-catalogue.ts";
import type { FoundVideo, ScoredVideo, VideoRequest, VideoState } from "../video-state.ts";

/**
 * Makes an answer from YouTube up: with the tenant's own items, then with what was shown longest ago. Without any video
 * from YouTube it is none of them. What is trending is filled only where YouTube knows of no such list.
 */
export const videoFill: Backfill<VideoRequest, VideoState, FoundVideo, ScoredVideo> = {
  name: "video_fill",
  missing: ({ from, surface, maxResults }, { away }, selected) =>
    from === "youtube" &&
    away === undefined &&
    (surface === "recommendations" || selected.length === 0)
      ? maxResults - selected.length
      : 0,
  async find(request, state, selected, missing) {
    const { served, late } = state;
    const chosen = new Set(selected.map(({ video }) => video.id));
    // What the catalogue lacks is no fault of an answer that YouTube's lists make.
    const { found } = await catalogueVideos(request, state, chosen);
    const fresh = found.filter(({ code }) => !served.has(code));
    const shown = [...late, ...found.filter(({ code }) => served.has(code))]
      .map((video) => ({ video, at: served.get(video.code) ?? 0 }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ video }) => video);
    // More than is missing: filters may refuse some.
    return [...fresh, ...shown.slice(0, missing + SPARE)];
  },
};

const SPARE = 50;
