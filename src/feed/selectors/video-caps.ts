/** Keeps an answer from being all of one channel, or of one category where none is asked for. */
import { type FeedVideo, folded } from "../feed-video.ts";

const CHANNEL_SHARE = 0.2;
const CATEGORY_SHARE = 0.5;

export class VideoCaps {
  readonly #perChannel: number;
  readonly #perCategory: number;
  readonly #channels = new Map<string, number>();
  readonly #categories = new Map<string, number>();

  constructor(slots: number, mixCategories: boolean) {
    this.#perChannel = Math.max(2, Math.ceil(slots * CHANNEL_SHARE));
    this.#perCategory = mixCategories ? Math.max(3, Math.ceil(slots * CATEGORY_SHARE)) : Infinity;
  }

  refuses(video: FeedVideo): boolean {
    const { channel, category } = namesOf(video);
    return (
      (channel !== "" && (this.#channels.get(channel) ?? 0) >= this.#perChannel) ||
      (category !== "" && (this.#categories.get(category) ?? 0) >= this.#perCategory)
    );
  }

  add(video: FeedVideo): void {
    const { channel, category } = namesOf(video);
    this.#channels.set(channel, (this.#channels.get(channel) ?? 0) + 1);
    this.#categories.set(category, (this.#categories.get(category) ?? 0) + 1);
  }
}

const namesOf = ({ channelId, channelTitle, categoryName }: FeedVideo) => ({
  channel: channelId ?? channelTitle ?? "",
  category: folded(categoryName),
});
