/** Errors as YouTube, and Google's front end before it, say them. */
import type { YouTubeWindow } from "./youtube-quota.ts";

export interface AcceptedKeys {
  /** Every key that is not empty when left out. */
  readonly keys?: readonly string[];
  /** Of projects in which the API is not enabled. */
  readonly disabledKeys?: readonly string[];
}

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

export class YouTubeError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly domain: string;
  /** `google.rpc.ErrorInfo`, where Google's front end and not YouTube answers. */
  readonly info: { readonly reason: string; readonly quotaLimit?: string } | undefined;

  constructor(
    status: number,
    reason: string,
    message: string,
    options: { readonly domain?: string; readonly info?: YouTubeError["info"] } = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.domain = options.domain ?? "youtube.parameter";
    this.info = options.info;
  }
}

export function checkKey(key: string, { keys, disabledKeys }: AcceptedKeys): void {
  if (key === "") {
    throw new YouTubeError(
      403,
      "forbidden",
      "Method doesn't allow unregistered callers (callers without established identity).",
      { domain: "global" },
    );
  }
  if (disabledKeys?.includes(key) === true) {
    throw new YouTubeError(
      403,
      "accessNotConfigured",
      "YouTube Data API v3 has not been used in this project before or it is disabled.",
      {
        domain: "usageLimits",
        info: { reason: "SERVICE_DISABLED" },
      },
    );
  }
  if (keys?.includes(key) === false) {
    throw new YouTubeError(400, "badRequest", "API key not valid. Please pass a valid API key.", {
      domain: "global",
      info: { reason: "API_KEY_INVALID" },
    });
  }
}

export const dayOver = (method: string, status: 403 | 429): YouTubeError =>
  status === 403
    ? new YouTubeError(
        403,
        "quotaExceeded",
        'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.',
        { domain: "youtube.quota" },
      )
    : new YouTubeError(
        429,
        "rateLimitExceeded",
        `Quota exceeded for quota metric '${method === "search" ? "Search Queries" : "Queries"}' and limit '${method === "search" ? "Search Queries" : "Queries"} per day' of service 'youtube.googleapis.com'.`,
        {
          domain: "global",
          info: { reason: "RATE_LIMIT_EXCEEDED", quotaLimit: "defaultPerDayPerProject" },
        },
      );

export const hurried = (window: YouTubeWindow, status: 403 | 429): YouTubeError =>
  status === 403
    ? new YouTubeError(403, "userRateLimitExceeded", "User Rate Limit Exceeded", {
        domain: "usageLimits",
      })
    : new YouTubeError(
        429,
        "rateLimitExceeded",
        `Quota exceeded for quota metric 'Queries' and limit 'Queries per ${window}' of service 'youtube.googleapis.com'.`,
        {
          domain: "global",
          info: {
            reason: "RATE_LIMIT_EXCEEDED",
            quotaLimit: `defaultPer${window === "second" ? "Second" : "Minute"}PerProject`,
          },
        },
      );

export function errorAnswer({ status, reason, domain, message, info }: YouTubeError): Response {
  const error = {
    code: status,
    message,
    errors: [{ message, domain, reason }],
    ...(STATUS_NAMES[status] === undefined ? {} : { status: STATUS_NAMES[status] }),
    ...(info === undefined
      ? {}
      : {
          details: [
            {
              "@type": "type.googleapis.com/google.rpc.ErrorInfo",
              reason: info.reason,
              domain: "googleapis.com",
              metadata: {
                service: "youtube.googleapis.com",
                ...(info.quotaLimit === undefined ? {} : { quota_limit: info.quotaLimit }),
              },
            },
          ],
        }),
  };
  return Response.json({ error }, { status });
}
