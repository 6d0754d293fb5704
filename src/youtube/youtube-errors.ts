/** What an error of YouTube means for us. Reasons: https://developers.google.com/youtube/v3/docs/errors */
import { parseJson } from "../domain/json.ts";
import type { RefusalReason } from "../quota/permits.ts";
import { errorAnswerSchema } from "./youtube-schemas.ts";

/**
 * `youtube_unavailable`: no answer, or none that makes sense; another attempt may succeed. `youtube_refused`: the key
 * or the request is not accepted, and another attempt costs a unit for nothing.
 */
export type CallFailureReason = RefusalReason | "youtube_unavailable" | "youtube_refused";

export type YouTubeFault =
  /** What was asked for does not exist: no chart of this category here, no such playlist. */
  | "absent"
  /** The tokens of the day are used up. */
  | "exhausted"
  /** Too many calls in this second or minute. */
  | "hurried"
  | "key_refused"
  | "request_refused"
  | "broken";

export interface JudgedAnswer {
  readonly fault: YouTubeFault;
  /** YouTube's own word for the log; one of its documented reasons, or the HTTP status. */
  readonly reason: string;
}

const ABSENT: ReadonlySet<string> = new Set([
  "videoChartNotFound",
  "invalidRegionCode",
  "playlistNotFound",
  "playlistItemsNotAccessible",
  "channelNotFound",
  "channelClosed",
  "channelSuspended",
  "videoNotFound",
  "notFound",
]);
const DAY_OVER: ReadonlySet<string> = new Set(["quotaExceeded", "dailyLimitExceeded"]);
const HURRIED: ReadonlySet<string> = new Set(["rateLimitExceeded", "userRateLimitExceeded"]);
const KEY_REFUSED: ReadonlySet<string> = new Set([
  "keyInvalid",
  "keyExpired",
  "accessNotConfigured",
  "ipRefererBlocked",
  "API_KEY_INVALID",
  "API_KEY_SERVICE_BLOCKED",
  "API_KEY_HTTP_REFERRER_BLOCKED",
  "API_KEY_IP_ADDRESS_BLOCKED",
  "SERVICE_DISABLED",
  "CONSUMER_SUSPENDED",
]);

/** `status` is not 2xx or 304; `body` is its text, which need not be JSON. */
export function judgeAnswer(status: number, body: string): JudgedAnswer {
  const parsed = errorAnswerSchema.safeParse(parseJson(body));
  const error = parsed.success ? parsed.data.error : undefined;
  const reasons = [
    ...(error?.errors.map(({ reason }) => reason) ?? []),
    ...(error?.details.map(({ reason }) => reason) ?? []),
  ].filter((reason) => reason !== "");
  const reason = reasons[0] ?? `http_${status}`;
  const named = (known: ReadonlySet<string>): boolean => reasons.some((one) => known.has(one));
  if (status >= 500) return { fault: "broken", reason };
  if (named(DAY_OVER)) return { fault: "exhausted", reason };
  if (named(HURRIED) || status === 429) {
    // Since limits are Google Cloud's, a day that is over may come as 429 `rateLimitExceeded`.
    const ofDay =
      error?.details.some(({ metadata }) => /per_?day/i.test(metadata.quota_limit)) === true ||
      /per day/i.test(error?.message ?? "");
    return { fault: ofDay ? "exhausted" : "hurried", reason };
  }
  if (named(KEY_REFUSED) || status === 401) return { fault: "key_refused", reason };
  if (named(ABSENT) || status === 404) return { fault: "absent", reason };
  // A redirect, or a page of something that stands between us and YouTube.
  if (error === undefined) return { fault: "broken", reason };
  return { fault: status === 403 ? "key_refused" : "request_refused", reason };
}
