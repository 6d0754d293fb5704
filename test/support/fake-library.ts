/** Lists of a made-up YouTube, as answers of videos ask for them. */
import type { ItemId } from "../../src/domain/ids.ts";
import type { Video } from "../../src/youtube/video.ts";
import type { MissingTheme, VideoLibrary } from "../../src/youtube/video-library.ts";
import { FEED_NOW_MS } from "./feed-fixture.ts";

export const CATEGORIES = ["Music", "Gaming", "Science", "Sports", "Travel", "Comedy", "News"];

/** The `rank`-th video of a list, of one of seven categories in turn. */
const aListed = (list: string, rank: number, changes: Partial<Video> = {}): Video => ({
  id: `${list}-${rank}` as ItemId,
  title: `${CATEGORIES[rank % CATEGORIES.length] ?? ""} number ${rank}`,
  description: "",
  channelTitle: `Channel ${rank % 11}`,
  channelId: `channel-${rank % 11}`,
  publishedAtMs: FEED_NOW_MS - rank * 86_400_000,
  categoryId: "",
  categoryName: CATEGORIES[rank % CATEGORIES.length] ?? "",
  durationSeconds: 100 + rank,
  viewCount: 1_000,
  likeCount: rank,
  commentCount: 0,
  tags: [`tag-${rank % 5}`],
  thumbnailUrl: "",
  watchUrl: `https://www.youtube.com/watch?v=${list}-${rank}`,
  ...changes,
});

/** Lists of so many videos each; `reason` is why none can be had. */
export class FakeLibrary implements VideoLibrary {
  reason: string | undefined;
  /** Why the last list cannot be had, where the others can: it is `missing`, or older than it should be. */
  lack: { readonly list: "missing" | "old"; readonly reason: string } | undefined;
  asked = 0;
  language: string | undefined;
  readonly #each: number;

  constructor(each: number) {
    this.#each = each;
  }

  videos: VideoLibrary["videos"] = ({ themes, language }) => {
    this.asked += 1;
    this.language = language;
    const { reason, lack } = this;
    if (reason !== undefined) {
      const missing = themes.map((theme): MissingTheme => ({
        theme,
        reason,
        retryAfterSeconds: 3_600,
      }));
      return Promise.resolve({ found: [], missing });
    }
    const found = themes.map((theme) => ({
      theme,
      state: "fresh" as const,
      videos: Array.from({ length: this.#each }, (_, rank) => aListed(theme.kind, rank)),
    }));
    if (lack === undefined) return Promise.resolve({ found, missing: [] });
    const last = found.pop();
    if (last === undefined) return Promise.resolve({ found, missing: [] });
    const why = { reason: lack.reason, retryAfterSeconds: 3_600 };
    return Promise.resolve(
      lack.list === "missing"
        ? { found, missing: [{ theme: last.theme, ...why }] }
        : { found: [...found, { ...last, state: "stale", ...why }], missing: [] },
    );
  };
}
