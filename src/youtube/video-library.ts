/** The port for candidates: videos by theme, shared by all users of a region, so that an answer seldom costs a call. */
import type { TenantId, UserId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import type { Video } from "./video.ts";

/**
 * A theme names a shared list: `trending` of a region, the `chart` of a YouTube category there, the latest of a
 * `channel`, or a `topic` of the fixed vocabulary (src/youtube/topics.ts), which alone costs a search.
 */
export type Theme =
  | { readonly kind: "trending" }
  | { readonly kind: "chart"; readonly categoryId: string }
  | { readonly kind: "channel"; readonly channelId: string }
  | { readonly kind: "topic"; readonly topic: string };

export interface LibraryRequest {
  readonly tenant: TenantId;
  readonly user: UserId | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly region: string;
  /** Searches prefer videos of this language, such as `en` or `zh-Hans`; undefined: YouTube's choice. */
  readonly language?: string | undefined;
  /** In order of worth: while tokens are few the first are fetched. */
  readonly themes: readonly Theme[];
  readonly nowMs: number;
  readonly background: Background;
  /**
   * How long the request waits for lists that no tier has; 0: not at all. What is missing is fetched behind the
   * answer, within the budget.
   */
  readonly waitMs: number;
}

export interface ThemeVideos {
  readonly theme: Theme;
  readonly videos: readonly Video[];
  /** `stale`: a newer list is on its way, or cannot be had for the `reason`. */
  readonly state: "fresh" | "stale";
  /** As of a missing theme. */
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
}

export interface MissingTheme {
  readonly theme: Theme;
  /** `pending`: being fetched behind the answer. Otherwise why it cannot be had: a `RefusalReason`, `youtube_unavailable`, `youtube_refused`. */
  readonly reason: string;
  readonly retryAfterSeconds: number;
}

export interface LibraryAnswer {
  readonly found: readonly ThemeVideos[];
  readonly missing: readonly MissingTheme[];
}

export interface VideoLibrary {
  /** Never throws for YouTube's failures: what cannot be had is in `missing`. */
  videos(request: LibraryRequest): Promise<LibraryAnswer>;
}
