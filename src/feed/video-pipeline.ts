/** `/api/v1/video/recommendations`: videos for a personality and a history, from YouTube's lists or the catalogue. */
import { definePipeline } from "../pipeline/pipeline.ts";
import { videoFill } from "./backfills/video-fill.ts";
import { videoCategoryFilter } from "./filters/video-category-filter.ts";
import { videoHistoryFilter } from "./filters/video-history-filter.ts";
import { videoPolicyFilter } from "./filters/video-policy-filter.ts";
import { videoRepeatFilter } from "./filters/video-repeat-filter.ts";
import { videoThemes } from "./hydrators/video-themes.ts";
import { videoScorer } from "./scorers/video-scorer.ts";
import { videoMix } from "./selectors/video-mix.ts";
import { videoCatalogue } from "./sources/video-catalogue.ts";
import { videoLists } from "./sources/video-lists.ts";
import {
  type FoundVideo,
  type KnownVideo,
  type ScoredVideo,
  type VideoRequest,
  type VideoState,
  videoStateHydrator,
} from "./video-state.ts";

export const videoPipeline = definePipeline<
  VideoRequest,
  VideoState,
  FoundVideo,
  KnownVideo,
  ScoredVideo
>({
  name: "videos",
  queryHydrator: videoStateHydrator,
  sources: [videoLists, videoCatalogue],
  hydrator: videoThemes,
  filters: [videoPolicyFilter, videoCategoryFilter, videoHistoryFilter, videoRepeatFilter],
  scorer: videoScorer,
  selector: videoMix,
  backfills: [videoFill],
  sideEffects: [],
});
