/** What a client reads in an answer of videos. */
import type { ItemId } from "../../src/domain/ids.ts";

interface Item {
  readonly id: ItemId;
  readonly category_name: string | null;
  readonly duration_seconds: number | null;
}

export interface VideoBody {
  readonly data: {
    readonly recommendations: readonly Item[];
    readonly genre_clusters: readonly { readonly videos: readonly Item[] }[];
    readonly refresh_time: string;
  };
  readonly cache_ttl: number;
  readonly meta: {
    readonly degraded_reason: string | null;
    readonly missing_lists: number;
    readonly refresh: string | null;
  };
}

/** The same bytes are read many times: they are parsed once. */
const parsed = new WeakMap<Uint8Array, VideoBody>();

export function readBody(bytes: Uint8Array): VideoBody {
  const known = parsed.get(bytes);
  if (known !== undefined) return known;
  const body = JSON.parse(new TextDecoder().decode(bytes)) as VideoBody;
  parsed.set(bytes, body);
  return body;
}

/** Everything that the user sees. */
export const shownIn = ({ data }: VideoBody): ReadonlySet<ItemId> =>
  new Set(
    [...data.recommendations, ...data.genre_clusters.flatMap(({ videos }) => videos)].map(
      ({ id }) => id,
    ),
  );
