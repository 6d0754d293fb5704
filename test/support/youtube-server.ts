/**
 * A YouTube Data API v3 for tests and simulations: follows the documentation, counts like Google by a clock that can be
 * set, tells who went too far, and misbehaves on demand. `startYouTubeServer` puts it behind a port.
 */
import { hash32 } from "../../src/domain/hash.ts";
import {
  type CatalogueOptions,
  chances,
  type YouTubeCatalogue,
  youtubeCatalogue,
} from "./youtube-catalogue.ts";
import { parseFields, selectFields } from "./youtube-fields.ts";
import {
  type AcceptedKeys,
  checkKey,
  dayOver,
  errorAnswer,
  hurried,
  YouTubeError,
} from "./youtube-server-errors.ts";
import { METHODS } from "./youtube-methods.ts";
import {
  DEFAULT_LIMITS,
  quotaLedger,
  type Usage,
  type Violation,
  type YouTubeLimits,
} from "./youtube-quota.ts";
import type { Json } from "./youtube-resources.ts";

export type Misbehaviour =
  /** Answers after this many real milliseconds. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Takes the call, counts it and never answers. */
  | { readonly kind: "hang" }
  | { readonly kind: "error"; readonly status: number; readonly retryAfterSeconds?: number }
  /** A page instead of JSON. */
  | { readonly kind: "not_json" }
  /** JSON that is no list. */
  | { readonly kind: "other_shape" }
  /** A list whose first items are not what they should be. */
  | { readonly kind: "odd_items" }
  /** The quota is used up, whatever we counted: somebody else has the same key. */
  | { readonly kind: "exhausted"; readonly status: 403 | 429 }
  | { readonly kind: "rate_limited"; readonly status: 403 | 429 }
  /** The `Date` of a cache on the way. */
  | { readonly kind: "date"; readonly offsetMs: number };

export interface MisbehaviourScope {
  /** How often; always when left out. */
  readonly times?: number;
  /** `videos`, `search`, … */
  readonly method?: string;
  /** 0 to 1, by a seeded chance. */
  readonly share?: number;
}

export interface YouTubeServerOptions extends AcceptedKeys {
  readonly limits?: Partial<YouTubeLimits>;
  readonly catalogue?: Partial<CatalogueOptions>;
  /** Virtual time; the machine's when left out. */
  readonly nowMs?: () => number;
}

export interface SeenCall {
  readonly atMs: number;
  readonly key: string;
  readonly method: string;
  readonly query: string;
  /** `NOBODY_WAITED` when the caller gave up. */
  readonly status: number;
}

/** In place of an HTTP status. */
const NOBODY_WAITED = 0;

export interface YouTubeServer {
  handle(request: Request): Promise<Response>;
  misbehave(how: Misbehaviour, scope?: MisbehaviourScope): void;
  /** Ends all misbehaviour. */
  behave(): void;
  usage(key: string): Usage;
  readonly violations: readonly Violation[];
  /** Oldest first. */
  readonly calls: readonly SeenCall[];
  readonly catalogue: YouTubeCatalogue;
}

const API = "/youtube/v3/";
export function youtubeServer(options: YouTubeServerOptions = {}): YouTubeServer {
  const nowMs = options.nowMs ?? Date.now;
  const ledger = quotaLedger({ ...DEFAULT_LIMITS, ...options.limits });
  const catalogue = youtubeCatalogue({
    seed: 1,
    videos: 4_000,
    channels: 320,
    aroundMs: nowMs(),
    ...options.catalogue,
  });
  const chance = chances(options.catalogue?.seed ?? 1);
  const calls: SeenCall[] = [];
  let plans: { readonly how: Misbehaviour; readonly scope: MisbehaviourScope; left: number }[] = [];

  /** The misbehaviour that strikes this call, if one does. */
  function strike(method: string, isDate: boolean): Misbehaviour | undefined {
    const plan = plans.find(
      ({ how, scope, left }) =>
        (how.kind === "date") === isDate &&
        left > 0 &&
        (scope.method === undefined || scope.method === method) &&
        (scope.share === undefined || chance() < scope.share),
    );
    if (plan === undefined) return undefined;
    plan.left -= 1;
    return plan.how;
  }

  async function answer(
    request: Request,
    url: URL,
    method: string,
    key: string,
  ): Promise<Response> {
    const run = METHODS[method];
    if (run === undefined)
      throw new YouTubeError(404, "notFound", "Not Found", { domain: "global" });
    checkKey(key, options);
    const how = strike(method, false);
    if (how?.kind === "exhausted") throw dayOver(method, how.status);
    if (how?.kind === "rate_limited") throw hurried("minute", how.status);
    // Counted before anything else is looked at: invalid requests cost as much as valid ones.
    const exceeded = ledger.admit(key, method === "search" ? "search" : "units", nowMs());
    if (exceeded === "day") throw dayOver(method, 403);
    if (exceeded !== undefined) throw hurried(exceeded, 429);
    switch (how?.kind) {
      case "slow":
        await Promise.race([
          new Promise((resolve) => setTimeout(resolve, how.ms)),
          untilGone(request.signal),
        ]);
        break;
      case "hang":
        await untilGone(request.signal);
        break;
      case "error": {
        const failed = errorAnswer(
          new YouTubeError(how.status, "backendError", "Backend Error", { domain: "global" }),
        );
        if (how.retryAfterSeconds !== undefined) {
          failed.headers.set("Retry-After", String(how.retryAfterSeconds));
        }
        return failed;
      }
      case "not_json":
        return new Response("<!doctype html><title>Sorry</title>", {
          headers: { "Content-Type": "text/html" },
        });
      case "other_shape":
        return Response.json({ result: "ok", items: { none: true } });
      case "odd_items":
      case "date":
      case undefined:
        break;
    }
    const body = run(url.searchParams, catalogue, nowMs());
    return listAnswer(how?.kind === "odd_items" ? withOddItems(body) : body, request, url);
  }

  return {
    async handle(request) {
      const url = new URL(request.url);
      // The description of the API needs no key and costs nothing.
      if (url.pathname === "/$discovery/rest") return dated(discovery(url), nowMs());
      const method = url.pathname.startsWith(API) ? url.pathname.slice(API.length) : "";
      const key = request.headers.get("X-Goog-Api-Key") ?? url.searchParams.get("key") ?? "";
      const atMs = nowMs();
      const seen = (status: number): void =>
        void calls.push({ atMs, key, method, query: url.search, status });
      let answered: Response;
      try {
        answered = await answer(request, url, method, key);
      } catch (error) {
        if (!(error instanceof YouTubeError)) {
          seen(NOBODY_WAITED);
          throw error;
        }
        answered = errorAnswer(error);
      }
      seen(answered.status);
      const skew = strike(method, true);
      return dated(answered, nowMs() + (skew?.kind === "date" ? skew.offsetMs : 0));
    },
    misbehave(how, scope = {}) {
      plans.push({ how, scope, left: scope.times ?? Number.POSITIVE_INFINITY });
    },
    behave() {
      plans = [];
    },
    usage: (key) => ledger.usage(key, nowMs()),
    violations: ledger.violations,
    calls,
    catalogue,
  };
}

function listAnswer(body: Json, request: Request, url: URL): Response {
  const etag = `${hash32(JSON.stringify(body), 1).toString(36)}${hash32(JSON.stringify(body), 2).toString(36)}`;
  const headers = { ETag: `"${etag}"`, "Content-Type": "application/json; charset=UTF-8" };
  const fields = url.searchParams.get("fields");
  let shown: unknown = { kind: body["kind"], etag, ...body };
  if (fields !== null) {
    try {
      shown = selectFields(shown, parseFields(fields));
    } catch {
      throw new YouTubeError(400, "invalidParameter", `Invalid field selection ${fields}`, {
        domain: "global",
      });
    }
  }
  if (request.headers.get("If-None-Match") === `"${etag}"`) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(JSON.stringify(shown), { headers });
}

function withOddItems(body: Json): Json {
  const items = Array.isArray(body["items"]) ? (body["items"] as readonly Json[]) : [];
  const [first, second, third, ...rest] = items;
  return {
    ...body,
    items: [
      null,
      "text",
      { ...first, id: 7 },
      { ...second, snippet: { title: "" } },
      {
        ...third,
        contentDetails: { videoId: null, duration: 5 },
        statistics: { viewCount: "many" },
      },
      ...rest,
    ],
  };
}

/** Fails as `fetch` does when whoever called gives up. */
const untilGone = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const gone = (): void => reject(signal.reason as Error);
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone);
  });

const discovery = (url: URL): Response =>
  url.searchParams.get("version") === "v3"
    ? Response.json({
        kind: "discovery#restDescription",
        id: "youtube:v3",
        name: "youtube",
        version: "v3",
        title: "YouTube Data API v3",
        rootUrl: `${url.origin}/`,
        servicePath: "",
        resources: Object.fromEntries(
          Object.keys(METHODS).map((name) => [
            name,
            {
              methods: {
                list: { id: `youtube.${name}.list`, path: `youtube/v3/${name}`, httpMethod: "GET" },
              },
            },
          ]),
        ),
      })
    : errorAnswer(new YouTubeError(404, "notFound", "Not Found", { domain: "global" }));

function dated(answer: Response, atMs: number): Response {
  answer.headers.set("Date", new Date(atMs).toUTCString());
  return answer;
}
