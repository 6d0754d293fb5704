/** Why each video of an answer is there, with every part of its score, and why the others are not. */
import type { Passed } from "../pipeline/stages.ts";
import type { Trace } from "../pipeline/trace.ts";
import type { KnownVideo, ScoredVideo } from "./video-state.ts";

/** Removed and passed-over videos that an answer lists: more would be megabytes. */
const LISTED = 500;

export const explainVideos = (
  { stages, removed }: Trace<KnownVideo>,
  selected: readonly ScoredVideo[],
  reserve: readonly Passed<ScoredVideo>[],
) => ({
  stages,
  selected: selected.map(explainVideo),
  removed: removed.slice(0, LISTED).map(({ candidate, stage, reason }) => ({
    id: candidate.video.id,
    listed: candidate.listed,
    stage,
    reason,
  })),
  passed_over: reserve
    .slice(0, LISTED)
    .map(({ candidate, reason }) => ({ reason, ...explainVideo(candidate) })),
});

const explainVideo = ({ video, parts, ...scored }: ScoredVideo) => ({
  id: video.id,
  listed: scored.listed,
  origin: parts.origin,
  trait_match: parts.traitMatch,
  engagement: parts.engagement,
  themes: parts.themes,
  diversity: parts.diversity,
  freshness: parts.freshness,
  origin_bonus: parts.originBonus,
  frequency_bonus: parts.frequencyBonus,
  personality_score: scored.personalityScore,
  recommendation_score: scored.recommendationScore,
  rl_score: scored.learnedScore,
  rl_key: scored.valueKey,
  combined_score: scored.combinedScore,
  explored: scored.explored,
});
