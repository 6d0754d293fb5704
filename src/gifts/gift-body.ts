/** An answer in system E's shape, with what it leaves unsaid. The form that is kept says `cache_hit`. */
import type { Algorithm } from "./personal-list.ts";
import type { Audience } from "./popular-list.ts";

export const GIFT_REASONS = [
  /** Nothing was computed yet. */
  "no_lists",
  /** The store does not answer, and no snapshot is held. */
  "lists_unavailable",
  /** No job has made newer ones for two hours, or they cannot be had. */
  "lists_stale",
  /** By what was last known of the user, or as for nobody in particular. */
  "profiles_unavailable",
  /** Content in place of what goes together. */
  "similar_unavailable",
] as const;
export type GiftReason = (typeof GIFT_REASONS)[number];

export type AlgorithmUsed = Algorithm | "trending" | "under_exposed";

export interface MadeList {
  /** Of this page. */
  readonly ids: readonly string[];
  readonly total: number;
  readonly page: number;
  readonly limit: number;
  readonly algorithm: AlgorithmUsed;
  readonly audience: Audience | undefined;
  readonly tookMs: number;
  readonly madeMs: number;
  /** Of the snapshot; undefined without one. */
  readonly version: number | undefined;
  readonly degraded: GiftReason | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function renderList(made: MadeList, hit: boolean): Uint8Array {
  const { ids, total, page, limit, algorithm, audience, degraded } = made;
  const pages = Math.ceil(total / limit);
  return encoder.encode(
    JSON.stringify({
      items: ids,
      pagination: {
        page,
        limit,
        total_pages: pages,
        total_count: total,
        has_next: page < pages,
        has_previous: page > 1 && total > 0,
      },
      computation_time_ms: made.tookMs,
      algorithm_used: algorithm,
      cache_hit: hit,
      audience: audience ?? null,
      degraded: degraded !== undefined,
      degraded_reason: degraded ?? null,
      generated_at: new Date(made.madeMs).toISOString(),
      version: made.version ?? null,
    }),
  );
}

/** Says of a kept answer what is true of this request alone. */
export function amendList(bytes: Uint8Array, reason: string): Uint8Array {
  const body = JSON.parse(decoder.decode(bytes)) as object;
  return encoder.encode(JSON.stringify({ ...body, degraded: true, degraded_reason: reason }));
}
