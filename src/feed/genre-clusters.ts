/**
 * The genres of an answer, best first: .6 history (.7 of its count + .3 of its watch time, each relative to the
 * greatest) + .4 personality, relative to the best. Made of the answer's own videos and of its reserve, so that a
 * cluster costs no search; system D searched for each.
 */
import { folded } from "./feed-video.ts";
import type { ScoredVideo, VideoState } from "./video-state.ts";

export interface GenreCluster {
  readonly genre: string;
  /** From 1. */
  readonly rank: number;
  readonly historyScore: number;
  readonly personalityScore: number;
  readonly combinedScore: number;
  readonly reason: string;
  readonly videos: readonly ScoredVideo[];
}

const CLUSTERS = 6;
const VIDEOS = 3;
const HISTORY_WEIGHT = 0.6;
const COUNT_WEIGHT = 0.7;

export function genreClusters(
  taste: VideoState["taste"],
  selected: readonly ScoredVideo[],
  reserve: readonly ScoredVideo[],
): readonly GenreCluster[] {
  const genres = new Map<string, ScoredVideo[]>();
  const add = (video: ScoredVideo): void => {
    const genre = folded(video.video.categoryName);
    if (genre === "") return;
    const videos = genres.get(genre);
    if (videos === undefined) genres.set(genre, [video]);
    else videos.push(video);
  };
  for (const video of selected) add(video);
  for (const video of reserve) add({ ...video, as: "genre_personalized" });
  const histories = [...taste.genres.values()];
  const most = Math.max(0, ...histories.map(({ count }) => count));
  const longest = Math.max(0, ...histories.map(({ watchSeconds }) => watchSeconds));
  const matches = new Map([...genres].map(([genre, videos]) => [genre, meanMatch(videos)]));
  const best = Math.max(0, ...matches.values());
  return [...genres]
    .map(([genre, videos]) => {
      const { count = 0, watchSeconds = 0 } = taste.genres.get(genre) ?? {};
      const historyScore =
        COUNT_WEIGHT * relative(count, most) + (1 - COUNT_WEIGHT) * relative(watchSeconds, longest);
      const personalityScore = relative(matches.get(genre) ?? 0, best);
      const combinedScore = HISTORY_WEIGHT * historyScore + (1 - HISTORY_WEIGHT) * personalityScore;
      return { genre, videos, count, historyScore, personalityScore, combinedScore };
    })
    .toSorted((a, b) => b.combinedScore - a.combinedScore || (a.genre < b.genre ? -1 : 1))
    .slice(0, CLUSTERS)
    .map(({ genre, videos, count, ...scores }, position) => ({
      ...scores,
      genre: videos[0]?.video.categoryName ?? genre,
      rank: position + 1,
      reason: reasonOf(count, taste.assumed),
      videos: videos.slice(0, VIDEOS),
    }));
}

const relative = (value: number, greatest: number): number =>
  greatest === 0 ? 0 : value / greatest;

const meanMatch = (videos: readonly ScoredVideo[]): number =>
  videos.reduce((sum, { parts }) => sum + parts.traitMatch, 0) / videos.length;

function reasonOf(watched: number, assumed: boolean): string {
  if (watched > 0)
    return `You watched ${watched} ${watched === 1 ? "video" : "videos"} of this genre.`;
  return assumed ? "One of the genres of this answer." : "It fits your personality.";
}
