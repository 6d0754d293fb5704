/** Eyes on the product's ports: which tier answered for each list, and what an answer could have been made of. */
import type { Cache, CacheRead } from "../../src/cache/tiered-cache.ts";
import type { SharedList } from "../../src/youtube/shared-list.ts";
import type { LibraryAnswer, VideoLibrary } from "../../src/youtube/video-library.ts";
import type { Tally } from "./tally.ts";

/**
 * Counts each list that somebody wanted once: where it was found, or that it had to be made. A list that is renewed
 * behind an answer, which it was found for, is not wanted a second time.
 */
export function countedLists(
  cache: Cache<SharedList>,
  tally: Tally,
  nowMs: () => number,
): Cache<SharedList> {
  /** Found old: what follows is its renewal. */
  const renewing = new Set<string>();
  const count = (key: string, read: CacheRead<SharedList>): void => {
    if (renewing.delete(key)) return;
    tally.list(nowMs(), read.outcome === "found" ? read : undefined);
  };
  return {
    held(key, atMs) {
      const held = cache.held(key, atMs);
      if (held !== undefined) tally.list(nowMs(), held);
      return held;
    },
    async find(key, atMs) {
      const found = await cache.find(key, atMs);
      if (found?.outcome === "found" && found.state !== "error") {
        tally.list(nowMs(), found);
        if (found.state === "stale") renewing.add(key);
      }
      return found;
    },
    read(key, reading) {
      const read = cache.read(key, reading);
      if (!(read instanceof Promise)) {
        count(key, read);
        return read;
      }
      return read.then((ended) => {
        count(key, ended);
        return ended;
      });
    },
  };
}

/** Tells what lists an answer was made of: they are what it costs without a cache, and what it may choose from. */
export const listedLibrary = (library: VideoLibrary, tally: Tally): VideoLibrary => ({
  async videos(request) {
    const answer: LibraryAnswer = await library.videos(request);
    tally.listed(request, answer);
    return answer;
  },
});
