/** The methods of the API: parameters in, a list or a documented error out. */
import { YouTubeError } from "./youtube-server-errors.ts";
import { SHELVES } from "./youtube-titles.ts";
import type { YouTubeCatalogue } from "./youtube-catalogue.ts";
import {
  channelResource,
  type Json,
  playlistItem,
  searchResult,
  videoResource,
} from "./youtube-resources.ts";
import { categoryNameOf } from "../../src/youtube/categories.ts";

type Method = (query: URLSearchParams, catalogue: YouTubeCatalogue, nowMs: number) => Json;

export const METHODS: Readonly<Record<string, Method>> = {
  videos: listVideos,
  search: listSearch,
  playlistItems: listPlaylistItems,
  channels: listChannels,
  videoCategories: listCategories,
};

const PAGE_LIMIT = 50;

function listVideos(query: URLSearchParams, catalogue: YouTubeCatalogue, nowMs: number): Json {
  const parts = partsOf(query, [
    "id",
    "snippet",
    "contentDetails",
    "statistics",
    "status",
    "player",
    "topicDetails",
  ]);
  const filter = oneOf(query, ["chart", "id", "myRating"]);
  if (filter === "myRating")
    throw new YouTubeError(401, "authorizationRequired", "Login required.");
  if (filter === "id") {
    const ids = query.get("id")?.split(",") ?? [];
    if (ids.length > PAGE_LIMIT) {
      throw new YouTubeError(
        400,
        "invalidFilters",
        "The request specifies an invalid filter parameter.",
      );
    }
    const found = [...new Set(ids)].flatMap((id) => {
      const video = catalogue.find(id);
      const visible = video?.state === "public" && video.publishedAtMs <= nowMs;
      return visible ? [videoResource(video, parts)] : [];
    });
    return {
      kind: "youtube#videoListResponse",
      items: found,
      pageInfo: pageInfo(found.length, found.length),
    };
  }
  if (query.get("chart") !== "mostPopular") throw invalid("chart");
  const region = regionOf(query) ?? "US";
  const chart = catalogue.chart(region, query.get("videoCategoryId") ?? undefined, nowMs);
  if (chart === undefined) {
    throw new YouTubeError(
      400,
      "videoChartNotFound",
      "The requested video chart is not supported or is not available.",
      { domain: "youtube.video" },
    );
  }
  return paged("youtube#videoListResponse", query, chart, (video) => videoResource(video, parts));
}

function listSearch(query: URLSearchParams, catalogue: YouTubeCatalogue, nowMs: number): Json {
  const parts = partsOf(query, ["id", "snippet"]);
  const safeSearch = query.get("safeSearch") ?? "moderate";
  if (!["moderate", "none", "strict"].includes(safeSearch)) throw invalid("safeSearch");
  const found = catalogue.search(
    query.get("q") ?? "",
    regionOf(query) ?? "US",
    query.get("relevanceLanguage") ?? undefined,
    nowMs,
  );
  return paged("youtube#searchListResponse", query, found, (video) => searchResult(video, parts));
}

function listPlaylistItems(
  query: URLSearchParams,
  catalogue: YouTubeCatalogue,
  nowMs: number,
): Json {
  const parts = partsOf(query, ["id", "snippet", "contentDetails", "status"]);
  oneOf(query, ["playlistId", "id"]);
  const playlist = query.get("playlistId") ?? "";
  const uploads = playlist.startsWith("UU")
    ? catalogue.uploads(`UC${playlist.slice(2)}`, nowMs)
    : undefined;
  // A channel that has never uploaded anything has no playlist of uploads either.
  if (uploads === undefined || uploads.length === 0) {
    throw new YouTubeError(
      404,
      "playlistNotFound",
      "The playlist identified with the request's playlistId parameter cannot be found.",
      { domain: "youtube.playlistItem" },
    );
  }
  return paged("youtube#playlistItemListResponse", query, uploads, (video, at) =>
    playlistItem(video, parts, at),
  );
}

function listChannels(query: URLSearchParams, catalogue: YouTubeCatalogue): Json {
  const parts = partsOf(query, ["id", "snippet", "contentDetails", "statistics"]);
  oneOf(query, ["id", "forHandle", "forUsername"]);
  const items = (query.get("id")?.split(",") ?? []).flatMap((id) => {
    const title = catalogue.channelTitle(id);
    return title === undefined ? [] : [channelResource(id, title, parts)];
  });
  return {
    kind: "youtube#channelListResponse",
    items,
    pageInfo: pageInfo(items.length, items.length),
  };
}

function listCategories(query: URLSearchParams): Json {
  partsOf(query, ["id", "snippet"]);
  oneOf(query, ["regionCode", "id"]);
  const items = SHELVES.map(({ categoryId }) => ({
    kind: "youtube#videoCategory",
    etag: `k-${categoryId}`,
    id: categoryId,
    snippet: {
      title: categoryNameOf(categoryId),
      assignable: true,
      channelId: "UCBR8-60-B28hp2BmDPdntcQ",
    },
  }));
  return { kind: "youtube#videoCategoryListResponse", items };
}

function partsOf(query: URLSearchParams, known: readonly string[]): ReadonlySet<string> {
  const parts = query.get("part");
  if (parts === null || parts === "") {
    throw new YouTubeError(
      400,
      "missingRequiredParameter",
      "No filter selected. Expected one of: part",
    );
  }
  const asked = parts.split(",");
  for (const part of asked) {
    if (!known.includes(part))
      throw new YouTubeError(400, "unknownPart", `'${part}'`, { domain: "youtube.part" });
  }
  return new Set(asked);
}

function oneOf(query: URLSearchParams, filters: readonly string[]): string {
  const [first, second] = filters.filter((filter) => query.has(filter));
  if (first === undefined) {
    throw new YouTubeError(
      400,
      "missingRequiredParameter",
      `No filter selected. Expected one of: ${filters.join(", ")}`,
    );
  }
  if (second !== undefined) {
    throw new YouTubeError(
      400,
      "incompatibleParameters",
      `Incompatible parameters specified in the request: ${first}, ${second}`,
    );
  }
  return first;
}

function regionOf(query: URLSearchParams): string | undefined {
  const region = query.get("regionCode") ?? undefined;
  if (region !== undefined && !/^[A-Z]{2}$/.test(region)) throw invalid("regionCode");
  return region;
}

const invalid = (parameter: string): YouTubeError =>
  new YouTubeError(400, "invalidParameter", `Invalid value for parameter ${parameter}.`);

const pageInfo = (totalResults: number, resultsPerPage: number): Json => ({
  totalResults,
  resultsPerPage,
});

function paged<Value>(
  kind: string,
  query: URLSearchParams,
  values: readonly Value[],
  render: (value: Value, at: number) => Json,
): Json {
  const size = Number(query.get("maxResults") ?? 5);
  if (!Number.isInteger(size) || size < 0 || size > PAGE_LIMIT) throw invalid("maxResults");
  const token = query.get("pageToken");
  const from = token === null ? 0 : Number(/^C(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) {
    throw new YouTubeError(400, "invalidPageToken", "The request specifies an invalid page token.");
  }
  const page = values.slice(from, from + size);
  return {
    kind,
    ...(from + size < values.length ? { nextPageToken: `C${from + size}` } : {}),
    items: page.map((value, at) => render(value, from + at)),
    pageInfo: pageInfo(values.length, size),
  };
}
