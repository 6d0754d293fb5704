/** The library over the API and a cache: what nobody has asked for lately is fetched, everything else is shared. */
import type { Cache, CacheRead, Kept, Loaded } from "../cache/tiered-cache.ts";
import { isCountry } from "../domain/countries.ts";
import { isOutage } from "../domain/failure.ts";
import { callGate, gatedClient } from "./call-gate.ts";
import { makeList } from "./make-list.ts";
import { paidSearches } from "./paid-searches.ts";
import { type ListScope, listKey, type SharedList } from "./shared-list.ts";
import type {
  LibraryAnswer,
  LibraryRequest,
  MissingTheme,
  Theme,
  ThemeVideos,
  VideoLibrary,
} from "./video-library.ts";
import type { YouTubeClient } from "./youtube-client.ts";

export interface LibrarySettings {
  readonly client: YouTubeClient;
  readonly cache: Cache<SharedList>;
  /** Of the API key that pays: `fingerprintOf`. */
  readonly fingerprint: string;
}

/** A request has six connections at most in workerd, and KV and D1 want some of them. */
const CALLS_AT_ONCE = 3;
/** A request waits for its most wanted lists; the rest come behind the answer. */
const AWAITED_LISTS = 3;
/** When what is being fetched can be asked for again. */
const PENDING_SECONDS = 2;
const BROKEN_SECONDS = 30;
const ASK_AGAIN_SECONDS = 30;
const UNKNOWN_REGION_SECONDS = 86_400;

interface Wanted {
  readonly theme: Theme;
  readonly key: string;
  readonly rank: number;
}

type Listed = ThemeVideos | MissingTheme;
type Read = CacheRead<SharedList>;

export function sharedVideoLibrary({ client, cache, fingerprint }: LibrarySettings): VideoLibrary {
  const searches = paidSearches();

  return {
    async videos(request) {
      const { region, nowMs, background, themes } = request;
      // A region comes from outside: each unknown one would cost a unit a theme to be told so.
      if (!isCountry(region)) return answerOf(themes.map(ofUnknownRegion));
      const scope: ListScope = { fingerprint, region, language: request.language };
      const wanted = distinctThemes(themes, scope);
      const listed = new Map<Wanted, Listed>();
      const renewed: Wanted[] = [];
      const missing: Wanted[] = [];
      const finds = wanted.map(async ({ key }) => cache.held(key, nowMs) ?? cache.find(key, nowMs));
      for (const [rank, found] of (await Promise.all(finds)).entries()) {
        const one = wanted[rank];
        if (one === undefined) continue;
        if (found !== undefined) listed.set(one, listedOf(one.theme, found));
        // Beyond its stale window a list is for when no other can be had, so another is tried first.
        if (found === undefined || ageOf(found) === "error") missing.push(one);
        else if (ageOf(found) === "stale") renewed.push(one);
      }

      const fetch = fetcher(request, scope);
      const fetches = missing.map(async (one) => {
        const fetched = await fetch(one);
        // An old list is better than the news that there is no other.
        const old = listed.get(one);
        if ("videos" in fetched || old === undefined) return void listed.set(one, fetched);
        const { reason, retryAfterSeconds } = fetched;
        listed.set(one, { ...old, reason, retryAfterSeconds });
      });
      const renewals = renewed.map((one) => () => fetch(one));
      if (fetches.length + renewals.length > 0) {
        background.run("youtube_lists", async () => {
          await Promise.all([...fetches, ...renewals.map((renew) => renew())]);
        });
      }
      if (request.waitMs > 0 && fetches.length > 0) {
        await within(request.waitMs, Promise.all(fetches.slice(0, AWAITED_LISTS)));
      }
      return answerOf(wanted.map((one) => listed.get(one) ?? pending(one.theme)));
    },
  };

  /** Reads lists through the cache, which makes what it does not have, with the calls of this request. */
  function fetcher(request: LibraryRequest, scope: ListScope): (one: Wanted) => Promise<Listed> {
    const { tenant, user, background, nowMs } = request;
    const caller = { tenant, user, background };
    const gate = callGate(CALLS_AT_ONCE);

    return async function fetchList({ theme, key, rank }) {
      let ofCaller: MissingTheme | undefined;
      const load = async (): Promise<Loaded<SharedList>> => {
        const made = await makeList(theme, {
          client: gatedClient(client, gate, rank),
          cache,
          searches,
          scope,
          caller,
          nowMs,
          background,
        });
        if (made.outcome !== "failed") return made;
        const { reason, retryAfterSeconds } = made;
        // Tokens that others leased and did not need come back in seconds, long before the day ends.
        if (reason === "quota_exhausted") return { ...made, askAgainSeconds: ASK_AGAIN_SECONDS };
        if (reason !== "budget_exhausted") return made;
        // This user has had its share. The next one has not, and need not wait for this one's.
        ofCaller = { theme, reason, retryAfterSeconds };
        return { ...made, retryAfterSeconds: 0 };
      };
      try {
        const read = await cache.read(key, { nowMs, background, load });
        return read.outcome === "failed" && ofCaller !== undefined
          ? ofCaller
          : listedOf(theme, read);
      } catch (error) {
        if (!isOutage(error)) throw error;
        return { theme, reason: "youtube_unavailable", retryAfterSeconds: BROKEN_SECONDS };
      }
    };
  }
}

function distinctThemes(themes: readonly Theme[], scope: ListScope): readonly Wanted[] {
  const byKey = new Map(themes.map((theme) => [listKey(theme, scope), theme]));
  return [...byKey].map(([key, theme], rank) => ({ theme, key, rank }));
}

function listedOf(theme: Theme, read: Read): Listed {
  switch (read.outcome) {
    case "found": {
      const { reason, retryAfterSeconds } = read;
      return {
        theme,
        videos: read.value.videos,
        state: read.state === "fresh" ? "fresh" : "stale",
        ...(reason === undefined ? {} : { reason }),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
    }
    case "nothing":
      return { theme, videos: [], state: "fresh" };
    case "failed":
      return { theme, reason: read.reason, retryAfterSeconds: read.retryAfterSeconds };
  }
}

const ageOf = (kept: Kept<SharedList>) => (kept.outcome === "found" ? kept.state : "fresh");

const pending = (theme: Theme): MissingTheme => ({
  theme,
  reason: "pending",
  retryAfterSeconds: PENDING_SECONDS,
});

const ofUnknownRegion = (theme: Theme): MissingTheme => ({
  theme,
  reason: "youtube_refused",
  retryAfterSeconds: UNKNOWN_REGION_SECONDS,
});

const answerOf = (listed: readonly Listed[]): LibraryAnswer => ({
  found: listed.filter((one): one is ThemeVideos => "videos" in one),
  missing: listed.filter((one): one is MissingTheme => !("videos" in one)),
});

/** Ends when the work does, or then: the work goes on. */
async function within(waitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
