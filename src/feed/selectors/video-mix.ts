/**
 * Chooses the videos of an answer. First what the user was never shown: of the personal share 40 % like the history,
 * 40 % like the personality, 20 % like both; without a history all of it like the personality. The rest is trending.
 * When too little is left of the catalogue, what was shown longest ago comes back; for YouTube's videos `video_fill`
 * looks for others first.
 *
 * Within a group the best by score and bonus are a short list, and the combined score, which knows what was learned,
 * takes from it; by chance epsilon any of the short list is taken, so that there is something to learn from.
 */
import type { Passed, Selection, Selector } from "../../pipeline/stages.ts";
import type { Origin } from "../scorers/score-video.ts";
import { asTrending } from "../scorers/video-scorer.ts";
import type { ScoredVideo, VideoRequest, VideoState } from "../video-state.ts";
import { VideoCaps } from "./video-caps.ts";

const SHARES = { history: 0.4, hybrid: 0.2 } as const;
/** Videos on the short list for every one that is taken. */
const SHORT_LIST = 3;

type Group = "history" | "hybrid" | "personality";

export const GROUP_OF: Readonly<Record<Origin, Group>> = {
  hybrid: "hybrid",
  history: "history",
  history_keywords: "history",
  personality: "personality",
  general: "personality",
};

export const videoMix: Selector<VideoRequest, VideoState, ScoredVideo> = {
  name: "video_mix",
  select(request, state, scored) {
    const { maxResults, surface } = request;
    if (surface === "trending") return firstOf(byPersonality(scored), maxResults);
    const unserved = scored.filter(({ code }) => !state.served.has(code));
    const chosen = new Choice(request);
    if (request.personalisation.personalised) {
      choosePersonal(chosen, request, state, unserved);
    } else {
      chosen.take(unserved.filter(isTrending), maxResults);
      chosen.take(unserved, maxResults - chosen.count);
      chosen.takeInOrder(chosen.open(unserved), maxResults - chosen.count);
    }
    const late = comeBack(scored, state);
    if (request.from === "youtube") state.late = late;
    else chosen.takeInOrder(late, maxResults - chosen.count);
    const selected = chosen.inOrder();
    return { selected, reserve: reserveOf(scored, chosen, state) };
  },
};

function choosePersonal(
  chosen: Choice,
  request: VideoRequest,
  { taste }: VideoState,
  unserved: readonly ScoredVideo[],
): void {
  const { maxResults, includeTrending, config } = request;
  const trendingSlots = includeTrending
    ? Math.round(maxResults * (1 - config.videos.personalised_share))
    : 0;
  const slots = maxResults - trendingSlots;
  const groups: Record<Group, ScoredVideo[]> = { history: [], hybrid: [], personality: [] };
  const trending: ScoredVideo[] = [];
  for (const video of unserved) {
    // What is trending and like nothing that the user likes is no personal video, where trending is asked for.
    if (includeTrending && isTrending(video) && video.parts.origin === "general") {
      trending.push(asTrending(video));
    } else groups[GROUP_OF[video.parts.origin]].push(video);
  }
  const history = taste.watchedCount === 0 ? 0 : Math.round(slots * SHARES.history);
  const hybrid = taste.watchedCount === 0 ? 0 : Math.round(slots * SHARES.hybrid);
  const { epsilon } = taste.learned;
  chosen.explore(groups.hybrid, hybrid, epsilon);
  chosen.explore(groups.history, history, epsilon);
  chosen.explore(groups.personality, slots - history - hybrid, epsilon);
  const personal = [...groups.hybrid, ...groups.history, ...groups.personality];
  const popular = byPersonality(trending);
  chosen.explore(personal, slots - chosen.count, epsilon);
  chosen.take(popular, Math.min(trendingSlots, maxResults - chosen.count));
  chosen.explore(personal, maxResults - chosen.count, epsilon);
  chosen.take(popular, maxResults - chosen.count);
  if (chosen.count === maxResults) return;
  // Past the caps before the answer is short.
  for (const list of [byCombined(personal), popular]) {
    chosen.takeInOrder(chosen.open(list), maxResults - chosen.count);
  }
}

/** `explore` and `take` keep the caps, whoever else could have had the place; `takeInOrder` does not. */
class Choice {
  readonly #request: VideoRequest;
  readonly #caps: VideoCaps;
  readonly #taken = new Map<string, ScoredVideo>();

  constructor(request: VideoRequest) {
    this.#request = request;
    this.#caps = new VideoCaps(request.maxResults, request.category === undefined);
  }

  get count(): number {
    return this.#taken.size;
  }

  has(code: string): boolean {
    return this.#taken.has(code);
  }

  open(list: readonly ScoredVideo[]): readonly ScoredVideo[] {
    return list.filter(({ code }) => !this.has(code));
  }

  /**
   * The best by combined score from the short list of the best by recommendation score. Who is past the caps leaves
   * the list to the next: a channel that the user watched has 50 videos with the same bonus.
   */
  explore(group: readonly ScoredVideo[], count: number, epsilon: number): void {
    const best = this.open(group).toSorted(
      (a, b) => b.recommendationScore - a.recommendationScore || byId(a, b),
    );
    const { random } = this.#request;
    let short: ScoredVideo[] = [];
    let looked = 0;
    for (let left = count; left > 0; left -= 1) {
      short = short.filter(({ video }) => !this.#caps.refuses(video));
      const before = short.length;
      for (; short.length < left * SHORT_LIST && looked < best.length; looked += 1) {
        const next = best[looked];
        if (next !== undefined && !this.#caps.refuses(next.video)) short.push(next);
      }
      if (short.length > before) short = byCombined(short);
      const explored = epsilon > 0 && random() < epsilon;
      const [video] = short.splice(explored ? Math.floor(random() * short.length) : 0, 1);
      if (video === undefined) return;
      this.#add({ ...video, explored });
    }
  }

  take(list: readonly ScoredVideo[], count: number): void {
    let left = count;
    for (const video of list) {
      if (left <= 0) return;
      if (this.has(video.code) || this.#caps.refuses(video.video)) continue;
      this.#add(video);
      left -= 1;
    }
  }

  takeInOrder(list: readonly ScoredVideo[], count: number): void {
    for (const video of list.slice(0, Math.max(0, count))) this.#add(video);
  }

  /** Best first; trending spread evenly between, and what was shown before last. */
  inOrder(): readonly ScoredVideo[] {
    const all = [...this.#taken.values()];
    const fresh = all.filter(({ shownBefore }) => !shownBefore);
    const personal = byCombined(fresh.filter((video) => video.as !== "trending"));
    const trending = fresh.filter((video) => video.as === "trending");
    return [...spread(personal, trending), ...all.filter(({ shownBefore }) => shownBefore)];
  }

  #add(video: ScoredVideo): void {
    this.#taken.set(video.code, video);
    this.#caps.add(video.video);
  }
}

const isTrending = ({ listed }: ScoredVideo): boolean => listed === "trending";

const byId = (a: ScoredVideo, b: ScoredVideo): number => (a.video.id < b.video.id ? -1 : 1);

/** A total order, so that the same candidates make the same answer. */
const byCombined = (list: readonly ScoredVideo[]): ScoredVideo[] =>
  list.toSorted((a, b) => b.combinedScore - a.combinedScore || byId(a, b));

const byPersonality = (list: readonly ScoredVideo[]): ScoredVideo[] =>
  list.toSorted((a, b) => b.personalityScore - a.personalityScore || byId(a, b));

/** What was served longest ago first. */
const comeBack = (scored: readonly ScoredVideo[], { served }: VideoState): ScoredVideo[] =>
  scored
    .filter(({ code }) => served.has(code))
    .toSorted((a, b) => (served.get(a.code) ?? 0) - (served.get(b.code) ?? 0));

/** `few` at even distances in `many`: system D showed 5 of 10 at the end of the answer. */
function spread(many: readonly ScoredVideo[], few: readonly ScoredVideo[]): readonly ScoredVideo[] {
  const total = many.length + few.length;
  const mixed: ScoredVideo[] = [];
  let placed = 0;
  for (let slot = 0; slot < total; slot += 1) {
    const due = Math.floor(((slot + 1) * few.length) / total);
    const video = due > placed ? few[placed] : many[slot - placed];
    if (due > placed) placed += 1;
    if (video !== undefined) mixed.push(video);
  }
  return mixed;
}

function firstOf(list: readonly ScoredVideo[], count: number): Selection<ScoredVideo> {
  const reserve = list
    .slice(count)
    .map((candidate): Passed<ScoredVideo> => ({ candidate, reason: "passed_over" }));
  return { selected: list.slice(0, count), reserve };
}

/** What was shown before is no reserve: a cluster would bring it back. */
const reserveOf = (
  scored: readonly ScoredVideo[],
  chosen: Choice,
  { served }: VideoState,
): readonly Passed<ScoredVideo>[] =>
  byCombined(scored.filter(({ code }) => !chosen.has(code))).map((candidate) => ({
    candidate,
    reason: served.has(candidate.code) ? "served_before" : "passed_over",
  }));
