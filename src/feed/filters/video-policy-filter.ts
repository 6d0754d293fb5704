import type { ItemId } from "../../domain/ids.ts";
import type { Filter } from "../../pipeline/stages.ts";
import { policyTest } from "../compiled-rules.ts";
import { folded } from "../feed-video.ts";
import { oncePerPair } from "../once-per-pair.ts";
import type { KnownVideo, VideoRequest, VideoState } from "../video-state.ts";
import type { PolicyReason, PolicyTest } from "./compile-policy.ts";
import type { PoolReplica } from "../../pools/pool-replica.ts";

type VideoPolicy = (video: KnownVideo["video"]) => PolicyReason | undefined;

/**
 * YouTube says neither maturity nor stock: where the tenant asks for either, its videos are refused. Their borders are
 * YouTube's business, which lists them by region.
 */
const compiledFor = oncePerPair(
  (config: VideoRequest["config"], deployment: VideoRequest["deployment"]): VideoPolicy => {
    const { filters } = config;
    const excluded = new Set<ItemId>([...deployment.excluded_items, ...filters.excluded_items]);
    const tags = new Set(filters.excluded_tags.map(folded));
    return ({ id, tags: own }) => {
      if (excluded.has(id)) return "excluded_item";
      if (tags.size > 0 && own.some((tag) => tags.has(folded(tag)))) return "excluded_tag";
      if (filters.max_maturity !== null) return "maturity_unknown";
      return filters.stock === "in_stock" ? "stock_unknown" : undefined;
    };
  },
);

/** What the tenant does not allow: by the facts of the pools for its own items, by what YouTube says for others. */
export const videoPolicyFilter: Filter<VideoRequest, VideoState, KnownVideo> = {
  name: "video_policy_filter",
  judge(request) {
    const ofVideo = compiledFor(request.config, request.deployment);
    let judged: PoolReplica | undefined;
    let test: PolicyTest | undefined;
    return ({ video, index, pools }) => {
      if (index === undefined || pools === undefined) return ofVideo(video);
      if (pools !== judged || test === undefined) {
        judged = pools;
        test = policyTest(request, pools);
      }
      return test(index);
    };
  },
};
