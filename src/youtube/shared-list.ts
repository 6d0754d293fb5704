/** A list of videos that everybody of a region shares: its name in the cache, its life, and its bytes. */
import { DAY_MS, HOUR_MS } from "../domain/epoch-time.ts";
import type { Windows } from "../cache/tiered-cache.ts";
import { tokenOf } from "../platform/token.ts";
import { themeName } from "./themes-for.ts";
import type { Video } from "./video.ts";
import type { Theme } from "./video-library.ts";

export interface SharedList {
  /** Empty: YouTube says that there is nothing of this kind. */
  readonly videos: readonly Video[];
}

const MINUTE_MS = 60_000;

/** YouTube's terms let nobody keep what the API said for longer than 30 days; a list is gone after at most 9. */
const ON_ERROR_MS = 7 * DAY_MS;

const living = (freshMs: number, negativeMs: number): Windows => ({
  freshMs,
  staleMs: freshMs,
  onErrorMs: ON_ERROR_MS,
  negativeMs,
});

/**
 * By kind of theme. With 10,000 units a day, lists of 50 regions with 15 charts each, renewed around the clock, would
 * cost 50 × 48 + 50 × 15 × 12 = 11,400: those that nobody asks for are not renewed. A topic may cost a search, of which
 * there are 100 a day.
 */
export const LIST_WINDOWS: Readonly<Record<Theme["kind"], Windows>> = {
  trending: living(30 * MINUTE_MS, HOUR_MS),
  chart: living(2 * HOUR_MS, DAY_MS),
  channel: living(6 * HOUR_MS, DAY_MS),
  topic: living(DAY_MS, DAY_MS),
};

/** Tells the lists of API keys apart: what one customer pays for is not another's. Not the key itself, which is secret. */
export const fingerprintOf = (apiKey: string): string => tokenOf(`youtube:${apiKey}`);

export interface ListScope {
  readonly fingerprint: string;
  readonly region: string;
  readonly language: string | undefined;
}

/** A changed shape gets another number. Only what a list depends on is in its name. */
const SHAPE = "yt1";

export function listKey(theme: Theme, { fingerprint, region, language }: ListScope): string {
  const name = `${SHAPE}:${fingerprint}:${themeName(theme)}`;
  switch (theme.kind) {
    case "channel":
      return name;
    case "trending":
    case "chart":
      return `${name}:${region}`;
    case "topic":
      return `${name}:${region}:${language ?? "any"}`;
  }
}

/** About 1.2 KB a video. */
export const encodeList = (list: SharedList): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(list));

/** Undefined for what is not a list: it is made anew. */
export function decodeList(bytes: Uint8Array): SharedList | undefined {
  try {
    const list = JSON.parse(new TextDecoder().decode(bytes)) as Partial<SharedList> | null;
    return Array.isArray(list?.videos) ? { videos: list.videos } : undefined;
  } catch {
    return undefined;
  }
}
