/** The few methods of the YouTube Data API v3 that lists are made of. Each is one call, and never a second page. */
import { type Called, type Caller, type CallSettings, countedCall } from "./counted-call.ts";
import type { Video } from "./video.ts";
import { VIDEO_ID, videoOf } from "./video-of.ts";
import {
  playlistItemSchema,
  searchResultSchema,
  VIDEO_FIELDS,
  VIDEO_PARTS,
} from "./youtube-schemas.ts";

/** The API's own limit, of results and of ids; a call costs the same however few are asked for. */
const PAGE = 50;

export interface SearchWords {
  readonly words: string;
  /** ISO 3166-1 alpha-2. */
  readonly region: string;
  /** ISO 639-1, or a tag such as `zh-Hans`; undefined: YouTube's choice. */
  readonly language: string | undefined;
}

export interface YouTubeClient {
  /** What is popular in a region, in all categories or in one. 1 unit. */
  chart(
    region: string,
    categoryId: string | undefined,
    caller: Caller,
  ): Promise<Called<readonly Video[]>>;
  /** The latest uploads of a channel, as video ids, newest first. 1 unit. */
  uploads(channelId: string, caller: Caller): Promise<Called<readonly string[]>>;
  /** Video ids, best first. 1 search, of which there are 100 a day. */
  search(words: SearchWords, caller: Caller): Promise<Called<readonly string[]>>;
  /** What is known of up to 50 videos, in the order of the ids; those that cannot be watched are left out. 1 unit. */
  videos(ids: readonly string[], caller: Caller): Promise<Called<readonly Video[]>>;
}

const CHANNEL_ID = /^UC([A-Za-z0-9_-]{22})$/;

export function youtubeClient(settings: CallSettings): YouTubeClient {
  const call = countedCall(settings);
  return {
    chart: (region, categoryId, caller) =>
      call(
        {
          path: "videos",
          parameters: {
            part: VIDEO_PARTS,
            chart: "mostPopular",
            regionCode: region,
            ...(categoryId === undefined ? {} : { videoCategoryId: categoryId }),
            maxResults: String(PAGE),
            fields: VIDEO_FIELDS,
          },
          allowance: "units",
          read: videosOf,
        },
        caller,
      ),

    uploads(channelId, caller) {
      // The playlist of a channel's uploads has the channel's id with other letters in front: no `channels.list`.
      const rest = CHANNEL_ID.exec(channelId)?.[1];
      if (rest === undefined) return Promise.resolve({ outcome: "nothing" });
      return call(
        {
          path: "playlistItems",
          parameters: {
            part: "contentDetails",
            playlistId: `UU${rest}`,
            maxResults: String(PAGE),
            fields: "kind,etag,items/contentDetails/videoId",
          },
          allowance: "units",
          read: (items) =>
            items.flatMap((item) => {
              const parsed = playlistItemSchema.safeParse(item);
              return parsed.success ? [parsed.data.contentDetails.videoId] : [];
            }),
        },
        caller,
      );
    },

    search: ({ words, region, language }, caller) =>
      call(
        {
          path: "search",
          parameters: {
            part: "id",
            type: "video",
            q: words,
            regionCode: region,
            ...(language === undefined ? {} : { relevanceLanguage: languageOf(language) }),
            safeSearch: "moderate",
            maxResults: String(PAGE),
            fields: "kind,etag,items/id/videoId",
          },
          allowance: "search",
          read: (items) =>
            items.flatMap((item) => {
              const parsed = searchResultSchema.safeParse(item);
              return parsed.success ? [parsed.data.id.videoId] : [];
            }),
        },
        caller,
      ),

    async videos(ids, caller) {
      const asked = [...new Set(ids.filter((id) => VIDEO_ID.test(id)))].slice(0, PAGE);
      if (asked.length === 0) return { outcome: "nothing" };
      return call(
        {
          path: "videos",
          parameters: { part: VIDEO_PARTS, id: asked.join(","), fields: VIDEO_FIELDS },
          allowance: "units",
          read(items) {
            const byId = new Map<string, Video>(videosOf(items).map((video) => [video.id, video]));
            return asked.flatMap((id) => byId.get(id) ?? []);
          },
        },
        caller,
      );
    },
  };
}

const videosOf = (items: readonly unknown[]): readonly Video[] =>
  items.flatMap((item) => videoOf(item) ?? []);

/** YouTube knows two letters, and `zh-Hans` and `zh-Hant`. */
const languageOf = (tag: string): string =>
  /^zh-Han[st]/.exec(tag)?.[0] ?? tag.split("-")[0] ?? tag;
