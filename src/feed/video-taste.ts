/** What one user's profile says of videos, looked up once an answer: personality, history, and what was served. */
import { eachCode } from "../domain/item-code.ts";
import type { ItemId } from "../domain/ids.ts";
import { BALANCED, type LearnedValues, type Profile } from "../profiles/profile.ts";
import { folded } from "./feed-video.ts";
import { sharesOf, type ThemeFinder, type TraitShares } from "./video-themes.ts";

export interface GenreHistory {
  readonly count: number;
  readonly watchSeconds: number;
}

export interface VideoTaste {
  readonly personality: TraitShares;
  /** True when a balanced personality stands in: of a user who was never assessed, or who gets nothing personal. */
  readonly assumed: boolean;
  /** Videos watched, as far as the profile knows their category, by folded category name. */
  readonly genres: ReadonlyMap<string, GenreHistory>;
  readonly watchedCount: number;
  /** Ids and titles of channels. */
  readonly channels: ReadonlySet<string>;
  /** Themes of what was watched. */
  readonly watchedThemes: ReadonlySet<string>;
  /** Themes that the personality favours. */
  readonly favouredThemes: ReadonlySet<string>;
  readonly learned: LearnedValues;
}

/** Taste of nobody: for answers that are not personal. */
const UNLEARNED: LearnedValues = { values: {}, updates: 0, epsilon: 0 };

export function tasteOf(profile: Profile, finder: ThemeFinder, personal: boolean): VideoTaste {
  const known = personal ? profile.personality : undefined;
  const personality = sharesOf(known ?? BALANCED);
  const history = personal ? profile.history : [];
  const genres = new Map<string, GenreHistory>();
  const channels = new Set<string>();
  const watchedThemes = new Set<string>();
  for (const { title, categoryName, channelId, channelTitle, watchSeconds } of history) {
    const genre = folded(categoryName);
    if (genre !== "") {
      const { count = 0, watchSeconds: before = 0 } = genres.get(genre) ?? {};
      genres.set(genre, { count: count + 1, watchSeconds: before + watchSeconds });
    }
    if (channelId !== "") channels.add(channelId);
    if (channelTitle !== "") channels.add(channelTitle);
    const { themes } = finder.themesOf({ title, tags: [], categoryId: undefined, categoryName });
    for (const theme of themes) watchedThemes.add(theme);
  }
  return {
    personality,
    assumed: known === undefined,
    genres,
    watchedCount: history.length,
    channels,
    watchedThemes,
    favouredThemes: finder.favouredBy(personality),
    learned: personal ? profile.learned : UNLEARNED,
  };
}

/** By code, when it was served: 0 is the longest ago. */
export function servedOrder({ served }: Profile): ReadonlyMap<string, number> {
  const order = new Map<string, number>();
  let position = 0;
  for (const code of eachCode(served)) {
    order.set(code, position);
    position += 1;
  }
  return order;
}

/** Videos that the profile itself knows as watched. */
export const watchedIds = ({ history }: Profile): ReadonlySet<ItemId> =>
  new Set(history.map(({ video }) => video));
