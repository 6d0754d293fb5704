/** The Worker's routes that this page uses, and its problems (RFC 9457) as one error type. */
import type { SourceName } from "../domain/slices.ts";

export type RecType = "mixed" | "popularity" | "freshness";

export interface Tenant {
  readonly id: string;
  readonly name?: string;
  readonly items?: number;
}

export interface Item {
  readonly id: string;
  readonly title?: string;
  readonly channel?: string;
  readonly views?: number | string;
  readonly published_at?: number | string;
  readonly duration_seconds?: number | string;
}

export interface Meta {
  readonly pools?: { readonly version: number; readonly built_at: number | string } | null;
  readonly cache: string;
  readonly degraded: boolean;
  readonly degraded_reason: string | null;
  readonly request_id: string;
  readonly next_page?: string | null;
  readonly item_sources: readonly SourceName[];
}

export interface Page {
  readonly videos: readonly string[];
  readonly items?: readonly Item[];
  readonly meta: Meta;
}

export interface Level {
  readonly valid_count: number;
  readonly needs_refill: boolean;
  readonly percentile_pointer?: string | null;
}

export interface FilterLayer {
  readonly items: number;
  readonly rated_items: number;
  readonly size_bytes?: number;
}

export interface FeedStats {
  readonly popularity: Level;
  readonly freshness: Level;
  readonly fallback: Level;
  readonly bloom_filter_exists: boolean;
  readonly memory_used_bytes: number;
  readonly watched?: { readonly recent: number; readonly filter_layers: readonly FilterLayer[] };
  readonly cooling_down: number;
}

export interface Timing {
  /** What the Worker says it took, from Server-Timing; absent when it does not say. */
  readonly serverMs?: number;
  /** From asking to having the whole answer, as this page measured it. */
  readonly measuredMs: number;
}

export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(detail: string, status: number, code: string, requestId?: string) {
    super(detail);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

/** A server that has not answered by then counts as down. */
const DEADLINE_MS = 15_000;
const FIELDS = "title,channel,views,published_at,duration_seconds";

export interface PageRequest {
  readonly tenant: string;
  readonly user: string;
  readonly recType: RecType;
  readonly count: number;
  /** Names the page to ask for; without it the feed goes on from where the user is. */
  readonly page?: string;
  /** Makes a retry the same page, where no token does. */
  readonly retryKey: string;
  readonly signal: AbortSignal;
}

export async function loadTenants(): Promise<readonly Tenant[]> {
  const { body } = await ask<{ readonly tenants: readonly Tenant[] }>("/tenants");
  return body.tenants;
}

export async function loadPage(request: PageRequest): Promise<{ page: Page; timing: Timing }> {
  const query = new URLSearchParams({
    count: String(request.count),
    rec_type: request.recType,
    fields: FIELDS,
  });
  if (request.page !== undefined) query.set("page", request.page);
  const headers: Record<string, string> =
    request.page === undefined ? { "idempotency-key": request.retryKey } : {};
  const { body, timing } = await ask<Page>(
    `${pathOf(request.tenant, "recommend", request.user)}?${query}`,
    { headers, signal: request.signal },
  );
  return { page: body, timing };
}

export async function loadStats(tenant: string, user: string): Promise<FeedStats> {
  return (await ask<FeedStats>(pathOf(tenant, "feed-stats", user))).body;
}

export async function recordWatched(tenant: string, user: string, id: string): Promise<void> {
  await ask(pathOf(tenant, "feedback", user), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ video_ids: [id], interaction_type: "watched" }),
  });
}

const pathOf = (tenant: string, route: string, user: string): string =>
  `/t/${encodeURIComponent(tenant)}/${route}/${encodeURIComponent(user)}`;

/** Throws a `ProblemError` for any answer but a good one, and for none. */
export async function ask<Body>(
  url: string,
  init: RequestInit = {},
): Promise<{ body: Body; timing: Timing }> {
  const startedMs = performance.now();
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, signal });
    text = await response.text();
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    const detail = deadline.aborted
      ? `No answer within ${DEADLINE_MS / 1000} seconds.`
      : "The server could not be reached.";
    throw new ProblemError(detail, 0, "UNREACHABLE");
  }
  const measuredMs = performance.now() - startedMs;
  const body = parseJson(text);
  if (!response.ok) throw problemOf(response, body);
  if (body === undefined)
    throw new ProblemError("The answer is not JSON.", response.status, "NOT_JSON");
  const serverMs = serverTiming(response.headers.get("server-timing"));
  return {
    body: body as Body,
    timing: { measuredMs, ...(serverMs === undefined ? {} : { serverMs }) },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller says so, with the status of the answer
  }
}

function problemOf(response: Response, body: unknown): ProblemError {
  const fields = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return new ProblemError(
    text("detail") ?? text("title") ?? `The server answered ${response.status}.`,
    response.status,
    text("code") ?? "UNKNOWN",
    text("request_id") ?? response.headers.get("x-request-id") ?? undefined,
  );
}

/** The duration named `total`, else the longest: parts overlap, so they are not added up. */
function serverTiming(header: string | null): number | undefined {
  const parts = (header ?? "").split(",").flatMap((part) => {
    const [name = "", ...rest] = part.trim().split(";");
    const ms = Number(/^\s*dur=([\d.]+)/.exec(rest.find((one) => /^\s*dur=/.test(one)) ?? "")?.[1]);
    return Number.isFinite(ms) ? [{ name, ms }] : [];
  });
  if (parts.length === 0) return undefined;
  return parts.find(({ name }) => name === "total")?.ms ?? Math.max(...parts.map(({ ms }) => ms));
}
