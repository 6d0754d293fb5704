/** What a reader asks for, on every surface of the feed. */
import { COUNTRIES } from "../../src/domain/countries.ts";

export const SURFACES = [
  "/recommend",
  "/v1/feed",
  "/v1/feed cursor",
  "/video",
  "/video trending",
] as const;
export type Surface = (typeof SURFACES)[number];

export interface Asked {
  readonly surface: Surface;
  readonly path: string;
}

/** Requests one after the other; each is told the text of the answer before. */
export type Visit = Generator<Asked, void, string>;

/** So few that a phase asks YouTube for all of them, and so many that it asks more than once. */
const REGIONS_A_PHASE = 3;
const REGIONS = [...COUNTRIES];

/** A region that no phase before asked for: its lists are nobody's yet. */
export const regionAt = (turn: number, phase: number): string =>
  REGIONS[(phase * REGIONS_A_PHASE + (turn % REGIONS_A_PHASE)) % REGIONS.length] ?? "US";

/**
 * A page of `/recommend` with metadata, a first page of `/v1/feed`, the page behind its cursor, videos for the user,
 * and what is trending in a region.
 */
export function* visit(tenant: string, user: string, region: string): Visit {
  yield {
    surface: "/recommend",
    path: `/t/${tenant}/recommend/${user}?count=20&fields=title,channel`,
  };
  const feed = `/t/${tenant}/v1/feed?user_hash=${user}&limit=10`;
  const first = yield { surface: "/v1/feed", path: feed };
  const cursor = /"next_cursor":"([^"]+)"/.exec(first)?.[1];
  if (cursor !== undefined) {
    yield { surface: "/v1/feed cursor", path: `${feed}&cursor=${cursor}` };
  }
  const videos = `/t/${tenant}/api/v1/video`;
  yield { surface: "/video", path: `${videos}/recommendations/${user}` };
  yield {
    surface: "/video trending",
    path: `${videos}/trending/${user}?region_code=${region}`,
  };
}

/** What an answer says of itself: where it came from or of what type it is, and its `degraded_reason`. */
export function labelOf(text: string): string {
  const made =
    /cache;desc="(\w+)"/.exec(text)?.[1] ??
    /"feed_type":"(\w+)"/.exec(text)?.[1] ??
    /"algorithm":"[\w-]+","source":"(\w+)"/.exec(text)?.[1] ??
    "untyped";
  const reason = /"degraded_reason":"(\w+)"/.exec(text)?.[1];
  return reason === undefined ? made : `${made}:${reason}`;
}
