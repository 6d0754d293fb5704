/** Whose API key pays for a tenant's calls. */
import type { PayingKey } from "../quota/quotas.ts";

/** What a deployment has: `Settings.youtube`. */
export interface YouTubeKeys {
  readonly key?: string;
  /** By name: `YOUTUBE_KEY_…`. */
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * `chosen` is the tenant record's `videos.youtube_key`. A name that the deployment does not know is nobody's key: a
 * tenant that meant to pay itself is not made to live off the others.
 */
export function youtubeKeyOf(
  { key, keys }: YouTubeKeys,
  { youtube_key: chosen }: { readonly youtube_key: string },
): PayingKey {
  if (chosen === "deployment") return key === undefined ? NONE : { source: "deployment", key };
  const own = keys.get(chosen);
  return own === undefined ? NONE : { source: "tenant", key: own };
}

const NONE: PayingKey = { source: "none" };
