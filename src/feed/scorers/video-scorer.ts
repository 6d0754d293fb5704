import type { Scorer } from "../../pipeline/stages.ts";
import type { KnownVideo, ScoredVideo, VideoRequest, VideoState } from "../video-state.ts";
import { baseScore, partsOf } from "./score-video.ts";

/** System D's scores, with what was learned under the key by which feedback will teach. */
export const videoScorer: Scorer<VideoRequest, VideoState, KnownVideo, ScoredVideo> = {
  name: "video_scorer",
  score({ videos, nowMs, profile, personalisation, surface }, { taste, served }, known) {
    const { valueKeyOf, valueOf } = videos.rules;
    const { personalised } = personalisation;
    const personality = personalised ? profile.personality : undefined;
    const personal = personalised && surface === "recommendations";
    return known.map((candidate): ScoredVideo => {
      const { video, about } = candidate;
      const parts = partsOf(video, about, taste, nowMs);
      const personalityScore = baseScore(parts);
      const valueKey = valueKeyOf(personality, {
        durationSeconds: video.durationSeconds ?? 0,
        engagement: parts.engagement,
        categoryName: video.categoryName ?? "",
        theme: about.themes[0],
      });
      const learnedScore = valueOf(taste.learned, valueKey);
      const scored: ScoredVideo = {
        ...candidate,
        parts,
        valueKey,
        personalityScore,
        recommendationScore: personalityScore + parts.originBonus + parts.frequencyBonus,
        learnedScore,
        combinedScore: (personalityScore + learnedScore) / 2,
        as: "personalized",
        shownBefore: served.has(candidate.code),
        explored: false,
      };
      return personal ? scored : asTrending(scored);
    });
  },
};

/** The same video as a trending one: what was learned has no say. */
export const asTrending = (video: ScoredVideo): ScoredVideo => ({
  ...video,
  as: "trending",
  combinedScore: video.personalityScore,
});
