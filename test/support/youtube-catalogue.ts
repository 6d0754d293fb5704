/** A YouTube of a few thousand videos, the same for the same seed. Some are odd, as on the real one. */
import { hash32 } from "../../src/domain/hash.ts";
import {
  LANGUAGE_OF_REGION,
  LANGUAGES,
  PEOPLE,
  PLACES,
  SHELVES,
  THINGS,
} from "./youtube-titles.ts";

export interface MadeVideo {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly channelId: string;
  readonly channelTitle: string;
  readonly categoryId: string;
  readonly language: string;
  readonly publishedAtMs: number;
  /** `P0D` while it is live. */
  readonly duration: string;
  readonly live: boolean;
  readonly views: number;
  /** Undefined: hidden by the uploader. */
  readonly likes: number | undefined;
  /** Undefined: comments are off. */
  readonly comments: number | undefined;
  /** Private and deleted ones still stand in playlists and searches, but have no details. */
  readonly state: "public" | "private" | "deleted";
}

export interface YouTubeCatalogue {
  readonly videos: readonly MadeVideo[];
  find(id: string): MadeVideo | undefined;
  /** Newest first; undefined for no such channel. Every 20th channel has no uploads. */
  uploads(channelId: string, nowMs: number): readonly MadeVideo[] | undefined;
  channelTitle(channelId: string): string | undefined;
  readonly channelIds: readonly string[];
  /** Undefined: there is no such chart. */
  chart(
    region: string,
    categoryId: string | undefined,
    nowMs: number,
  ): readonly MadeVideo[] | undefined;
  search(
    words: string,
    region: string,
    language: string | undefined,
    nowMs: number,
  ): readonly MadeVideo[];
}

export interface CatalogueOptions {
  readonly seed: number;
  readonly videos: number;
  readonly channels: number;
  /** Videos are from the two years before and the 30 days after. */
  readonly aroundMs: number;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DAY_MS = 86_400_000;
/** YouTube keeps no chart of these. */
const WITHOUT_CHART: ReadonlySet<string> = new Set(["19", "27", "29"]);
/** Nor any in these regions. */
const WITHOUT_CHARTS: ReadonlySet<string> = new Set(["CN", "CU", "IR", "KP", "SD", "SY"]);
const CHART_LENGTH = 200;
/** A chart changes this often, so that asking again sooner is answered with "not modified". */
const CHART_SLOT_MS = 900_000;
const CHARTS_KEPT = 2_000;

export function youtubeCatalogue(options: CatalogueOptions): YouTubeCatalogue {
  const { seed, aroundMs } = options;
  const chance = chances(seed);
  const pick = <Value>(values: readonly [Value, ...Value[]] | readonly Value[]): Value => {
    const value = values[Math.floor(chance() * values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  };
  const idOf = (kind: string, number: number, length: number): string =>
    Array.from(
      { length },
      (_, at) => ALPHABET[hash32(`${kind}/${seed}/${number}/${at}`) & 63],
    ).join("");

  const channels = Array.from({ length: options.channels }, (_, number) => ({
    id: `UC${idOf("channel", number, 22)}`,
    title: `${pick(PEOPLE)} ${pick(["Studio", "Daily", "Channel", "Lab", "TV"])} ${number}`,
    shelf: SHELVES[number % SHELVES.length] ?? pick(SHELVES),
    language: languageAt(chance()),
  }));
  const active = channels.filter((_, number) => number % 20 !== 19);

  const videos = Array.from({ length: options.videos }, (_, number): MadeVideo => {
    const channel = pick(active);
    const { shelf } = channel;
    const title = pick(shelf.titles)
      .replace("{n}", String(2 + Math.floor(chance() * 58)))
      .replace("{place}", pick(PLACES))
      .replace("{who}", pick(PEOPLE))
      .replace("{thing}", pick(THINGS));
    const mark = LANGUAGES.find(({ code }) => code === channel.language)?.mark ?? "";
    const views = Math.floor(10 ** (2 + 6 * chance() ** 1.5));
    const odd = chance();
    const live = odd < 0.01;
    return {
      id: idOf("video", number, 11),
      title: `${title.charAt(0).toUpperCase()}${title.slice(1)}${mark}`,
      description: `${title}. ${"Subscribe for more. ".repeat(1 + Math.floor(chance() * 40))}`,
      tags: odd > 0.9 ? [] : [...shelf.tags, channel.title],
      channelId: channel.id,
      channelTitle: channel.title,
      categoryId: shelf.categoryId,
      language: channel.language,
      publishedAtMs: Math.floor(aroundMs - 730 * DAY_MS + chance() ** 0.5 * 760 * DAY_MS),
      duration: live ? "P0D" : isoDuration(Math.floor(10 ** (1.2 + 2.6 * chance()))),
      live,
      views,
      likes: odd > 0.01 && odd < 0.04 ? undefined : Math.floor(views * (0.005 + 0.06 * chance())),
      comments: odd > 0.03 && odd < 0.06 ? undefined : Math.floor(views * 0.006 * chance()),
      state:
        odd > 0.06 && odd < 0.075 ? "private" : odd > 0.075 && odd < 0.09 ? "deleted" : "public",
    };
  });

  const byId = new Map(videos.map((video) => [video.id, video]));
  const byChannel = Map.groupBy(videos, ({ channelId }) => channelId);
  const titles = new Map(channels.map(({ id, title }) => [id, title]));
  const charts = new Map<string, readonly MadeVideo[]>();

  const seen = (nowMs: number) => (video: MadeVideo) => video.publishedAtMs <= nowMs;
  const liking = (region: string, { id, views, language }: MadeVideo, slot: number): number =>
    Math.log10(views + 10) +
    (language === (LANGUAGE_OF_REGION[region] ?? "en") ? 2 : language === "en" ? 1 : 0) +
    (hash32(`${region}/${id}`) % 1_000) / 1_000 +
    (hash32(`${slot}/${id}`) % 100) / 1_000;

  return {
    videos,
    find: (id) => byId.get(id),
    channelIds: channels.map(({ id }) => id),
    channelTitle: (channelId) => titles.get(channelId),
    uploads(channelId, nowMs) {
      if (!titles.has(channelId)) return undefined;
      return (byChannel.get(channelId) ?? [])
        .filter(seen(nowMs))
        .toSorted((a, b) => b.publishedAtMs - a.publishedAtMs);
    },
    chart(region, categoryId, nowMs) {
      if (WITHOUT_CHARTS.has(region)) return undefined;
      if (categoryId !== undefined && WITHOUT_CHART.has(categoryId)) return undefined;
      if (categoryId !== undefined && !SHELVES.some((shelf) => shelf.categoryId === categoryId))
        return undefined;
      const slot = Math.floor(nowMs / CHART_SLOT_MS);
      const name = `${region}/${categoryId ?? "all"}/${slot}`;
      const known = charts.get(name);
      if (known !== undefined) return known;
      const chart = videos
        .filter(
          (video) =>
            video.state === "public" &&
            video.publishedAtMs <= nowMs &&
            (categoryId === undefined || video.categoryId === categoryId),
        )
        .map((video) => ({ video, worth: liking(region, video, slot) }))
        .toSorted((a, b) => b.worth - a.worth)
        .slice(0, CHART_LENGTH)
        .map(({ video }) => video);
      if (charts.size >= CHARTS_KEPT) charts.clear();
      charts.set(name, chart);
      return chart;
    },
    search(words, region, language, nowMs) {
      const asked = words
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .filter((word) => word.length > 2);
      return videos
        .filter(seen(nowMs))
        .map((video) => {
          const text = `${video.title} ${video.tags.join(" ")}`.toLowerCase();
          const hits = asked.filter((word) => text.includes(word)).length;
          const near = video.language === language ? 1 : 0;
          return { video, hits, worth: hits * 10 + near * 3 + liking(region, video, 0) };
        })
        .filter(({ hits }) => hits > 0)
        .toSorted((a, b) => b.worth - a.worth)
        .slice(0, 500)
        .map(({ video }) => video);
    },
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function languageAt(chance: number): string {
  let left = chance;
  for (const { code, share } of LANGUAGES) {
    left -= share;
    if (left < 0) return code;
  }
  return "en";
}

function isoDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = seconds % 60;
  const parts = [
    hours > 0 ? `${hours}H` : "",
    minutes > 0 ? `${minutes}M` : "",
    rest > 0 ? `${rest}S` : "",
  ];
  return `PT${parts.join("")}`;
}
