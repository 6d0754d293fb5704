/** Resources as the documentation shows them, with the parts that were asked for. */
import type { MadeVideo } from "./youtube-catalogue.ts";

export type Json = Readonly<Record<string, unknown>>;

/** Undefined values vanish, as YouTube leaves out what is hidden. */
const stated = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const iso = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

const thumbnails = (id: string): Json =>
  Object.fromEntries(
    [
      ["default", "default", 120, 90] as const,
      ["medium", "mqdefault", 320, 180] as const,
      ["high", "hqdefault", 480, 360] as const,
    ].map(([name, file, width, height]) => [
      name,
      { url: `https://i.ytimg.com/vi/${id}/${file}.jpg`, width, height },
    ]),
  );

function withParts(
  head: Json,
  parts: ReadonlySet<string>,
  makers: Readonly<Record<string, () => Json>>,
): Json {
  const body = Object.entries(makers).flatMap(([part, make]) =>
    parts.has(part) ? [[part, make()] as const] : [],
  );
  return { ...head, ...Object.fromEntries(body) };
}

export function videoResource(video: MadeVideo, parts: ReadonlySet<string>): Json {
  const { id, title, description, live } = video;
  return withParts({ kind: "youtube#video", etag: `v-${id}`, id }, parts, {
    snippet: () =>
      stated({
        publishedAt: iso(video.publishedAtMs),
        channelId: video.channelId,
        title,
        description,
        thumbnails: thumbnails(id),
        channelTitle: video.channelTitle,
        tags: video.tags.length === 0 ? undefined : video.tags,
        categoryId: video.categoryId,
        liveBroadcastContent: live ? "live" : "none",
        defaultAudioLanguage: video.language,
        localized: { title, description },
      }),
    contentDetails: () => ({
      duration: video.duration,
      dimension: "2d",
      definition: "hd",
      caption: "false",
      licensedContent: true,
      contentRating: {},
      projection: "rectangular",
    }),
    statistics: () =>
      stated({
        viewCount: String(video.views),
        likeCount: video.likes === undefined ? undefined : String(video.likes),
        favoriteCount: "0",
        commentCount: video.comments === undefined ? undefined : String(video.comments),
      }),
    status: () => ({
      uploadStatus: "processed",
      privacyStatus: video.state === "private" ? "private" : "public",
      license: "youtube",
      embeddable: true,
      publicStatsViewable: true,
      madeForKids: false,
    }),
  });
}

export function searchResult(video: MadeVideo, parts: ReadonlySet<string>): Json {
  const { id, title, description } = video;
  return withParts(
    {
      kind: "youtube#searchResult",
      etag: `s-${id}`,
      id: { kind: "youtube#video", videoId: id },
    },
    parts,
    {
      snippet: () => ({
        publishedAt: iso(video.publishedAtMs),
        channelId: video.channelId,
        title,
        description: description.slice(0, 160),
        thumbnails: thumbnails(id),
        channelTitle: video.channelTitle,
        liveBroadcastContent: video.live ? "live" : "none",
      }),
    },
  );
}

export function playlistItem(video: MadeVideo, parts: ReadonlySet<string>, position: number): Json {
  const shown =
    video.state === "public"
      ? { title: video.title, description: video.description }
      : {
          title: video.state === "private" ? "Private video" : "Deleted video",
          description: `This video is ${video.state === "private" ? "private" : "unavailable"}.`,
        };
  return withParts(
    { kind: "youtube#playlistItem", etag: `p-${video.id}`, id: `UEw${video.id}` },
    parts,
    {
      snippet: () => ({
        ...shown,
        publishedAt: iso(video.publishedAtMs),
        channelId: video.channelId,
        channelTitle: video.channelTitle,
        playlistId: `UU${video.channelId.slice(2)}`,
        position,
        resourceId: { kind: "youtube#video", videoId: video.id },
      }),
      contentDetails: () =>
        stated({
          videoId: video.id,
          videoPublishedAt: video.state === "public" ? iso(video.publishedAtMs) : undefined,
        }),
      status: () => ({ privacyStatus: video.state === "private" ? "private" : "public" }),
    },
  );
}

export function channelResource(id: string, title: string, parts: ReadonlySet<string>): Json {
  return withParts({ kind: "youtube#channel", etag: `c-${id}`, id }, parts, {
    snippet: () => ({ title, description: "", publishedAt: "2015-01-01T00:00:00Z" }),
    contentDetails: () => ({ relatedPlaylists: { likes: "", uploads: `UU${id.slice(2)}` } }),
  });
}
