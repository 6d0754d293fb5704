/** Whose answer is kept under a key of the cache. */
import type { UserId } from "../domain/ids.ts";

const VIDEO_USER_AT = 4;

/** Keys of videos name the user fifth; those of `cacheKey` in a field. */
export function isAnswerOf(key: string, user: UserId): boolean {
  const parts = key.split("/");
  if (parts[1] === "video") return parts[VIDEO_USER_AT] === user;
  return key.split(/[/;&]/).includes(`user=${user}`);
}
