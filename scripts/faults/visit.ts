/** What a reader asks for, on both surfaces of the feed. */
export const SURFACES = ["/recommend", "/v1/feed", "/v1/feed cursor"] as const;
export type Surface = (typeof SURFACES)[number];

export interface Asked {
  readonly surface: Surface;
  readonly path: string;
}

/** Requests one after the other; each is told the text of the answer before. */
export type Visit = Generator<Asked, void, string>;

/** A page of `/recommend` with metadata, a first page of `/v1/feed`, and the page behind its cursor. */
export function* visit(tenant: string, user: string): Visit {
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
}

/** What an answer says of itself: where it came from or of what type it is, and its `degraded_reason`. */
export function labelOf(text: string): string {
  const made =
    /cache;desc="(\w+)"/.exec(text)?.[1] ?? /"feed_type":"(\w+)"/.exec(text)?.[1] ?? "untyped";
  const reason = /"degraded_reason":"(\w+)"/.exec(text)?.[1];
  return reason === undefined ? made : `${made}:${reason}`;
}
