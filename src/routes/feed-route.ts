/**
 * System C's feed, for a tenant by path or by header. What it promises of flags, cursors and caching is in
 * docs/architecture.md, "The ranked feed".
 */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError, isOutage } from "../domain/failure.ts";
import { cardOf, type Card } from "../feed/cards.ts";
import { countPage } from "../feed/degradation.ts";
import { isPersonal, parseCursor } from "../feed/cursor.ts";
import { rankedFeed, type RankedPage } from "../feed/ranked-feed.ts";
import type { RankedRequest } from "../feed/ranked-state.ts";
import { stillGood, tagOf } from "../feed/revalidation.ts";
import { toSeconds } from "../platform/clock.ts";
import { recordVersions } from "../tenants/record-versions.ts";
import { accessDocs, allow } from "./access.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { degradedReasonOf, feedCallOf } from "./feed-call.ts";
import { feedHeaders } from "./feed-headers.ts";
import { parseInput } from "./input.ts";
import { mayExplain } from "./may-explain.ts";
import { json, tenantParams, USER_PROBLEMS, userId, wholeNumber } from "./schemas.ts";

const CURSOR_LIMIT = 4_000;

const query = z.object({
  user_hash: userId,
  limit: wholeNumber(1, 50, 20),
  cursor: z
    .string()
    .max(CURSOR_LIMIT)
    .optional()
    .openapi({ description: "`next_cursor` of the page before." }),
  explain: z.enum(["true", "false"]).optional().openapi({
    description:
      "Role admin only. Such an answer is served to nobody: the user's state stays as it is.",
  }),
});

const item = z.object({
  id: z.string(),
  title: z.string().nullable(),
  thumbnail_url: z.string().nullable(),
  duration_seconds: z.number().nullable(),
  creator: z.object({ id: z.string(), name: z.string() }).readonly().nullable(),
  playback_url: z.string().nullable(),
  tracking_token: z.string(),
  score: z.number().optional().openapi({ description: "With `explain`." }),
});

const answer = z
  .object({
    items: z.array(item),
    next_cursor: z.string().nullable(),
    has_more: z.boolean(),
    degraded: z.boolean(),
    degraded_reason: z.string().nullable(),
    is_personalized: z.boolean(),
    feed_type: z.enum(["personalized", "cold_start", "default", "fallback"]),
    default_reason: z.string().nullable().openapi({
      description:
        "Why the feed is not personal although nothing failed: `kill_switch`, `outside_rollout` …",
    }),
    request_id: z.string(),
    explain: z
      .record(z.string(), z.unknown())
      .optional()
      .openapi({ description: "Why each item is here, and why the others are not." }),
  })
  .openapi("RankedFeed");

const documentation = {
  method: "get" as const,
  tags: ["Feed"],
  summary: "A page of the ranked feed",
  ...accessDocs("reader"),
  responses: {
    200: json(
      "A page. Always, while the tenant exists: what failed is in `degraded_reason`.",
      answer,
    ),
    304: { description: "The page that `If-None-Match` names is still good." },
    ...USER_PROBLEMS,
  },
};

const byPath = createRoute({
  ...documentation,
  path: "/t/{tenant}/v1/feed",
  request: { params: tenantParams, query },
});
const byHeader = createRoute({
  ...documentation,
  path: "/v1/feed",
  request: { query, headers: z.object({ "X-Tenant-ID": z.string() }) },
});

export function mountFeed(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerPath(byPath);
  app.openAPIRegistry.registerPath(byHeader);
  app.get("/t/:tenant/v1/feed", allow("reader"), sendFeed);
  app.get("/v1/feed", allow("reader"), sendFeed);
}

async function sendFeed(c: AppContext): Promise<Response> {
  const { services, tenant, startedMs, requestId } = c.get("call");
  const input = parseInput("query", query, asked(c));
  const explained = input.explain === "true";
  if (explained) mayExplain(c);
  const call = feedCallOf(c, input.user_hash);
  const { signer } = services;
  const cursor =
    input.cursor === undefined
      ? undefined
      : await parseCursor(signer, call.key, input.cursor, toSeconds(startedMs));
  const request: RankedRequest = {
    ...call,
    limit: input.limit,
    explained,
    ...(cursor === undefined ? {} : { cursor }),
  };
  const versions = recordVersions(tenant, services.tenants.deployment);
  const held = heldTags(c);
  const firstPage = cursor === undefined;
  const good =
    explained || services.tenants.stale
      ? undefined
      : await stillGood(request, versions, held).catch(upstreamFailure);
  if (good !== undefined && !(good instanceof FailureError)) {
    const headers = feedHeaders(c, {
      ...good,
      degraded: undefined,
      firstPage,
      sameEverywhere: false,
    });
    return new Response(null, { status: 304, headers });
  }
  const outage = good?.code === "USER_STATE_UNAVAILABLE" ? { outage: good } : {};
  const page = await rankedFeed({ ...request, ...outage }, signer);
  if (firstPage && !explained && isPersonal(page.kind)) {
    const ids = page.items.map(({ id }) => id);
    services.out.onMade(call, ids, `feed/${page.kind}`);
  }
  const { cards, missing } = await cardsOf(c, page);
  const degraded = degradedReasonOf(c, page.degraded, missing);
  const tag = tagOf(request, versions, { page, cards, degraded });
  countPage(services.counters, degraded);
  const { sameEverywhere } = page;
  const headers = feedHeaders(c, { kind: page.kind, degraded, tag, firstPage, sameEverywhere });
  if (held.includes(tag) && !explained) return new Response(null, { status: 304, headers });
  const { personalisation } = call;
  const body = {
    items: page.items.map((ranked, position) => ({
      ...(cards[position] ?? cardOf(ranked.id, undefined)),
      tracking_token: `${page.slate}${(page.before + position).toString(36)}`,
      ...(explained ? { score: ranked.score } : {}),
    })),
    next_cursor: page.nextCursor ?? null,
    has_more: page.nextCursor !== undefined,
    degraded: degraded !== undefined,
    degraded_reason: degraded ?? null,
    is_personalized: isPersonal(page.kind),
    feed_type: page.kind,
    default_reason: personalisation.personalised ? null : personalisation.reason,
    request_id: requestId,
    ...(page.explanation === undefined ? {} : { explain: page.explanation }),
  } satisfies z.infer<typeof answer>;
  return new Response(JSON.stringify(body), { headers });
}

/** Who speaks for one user need not name that user. */
function asked(c: AppContext): Record<string, string> {
  const { user } = c.get("call").identity;
  return user === undefined ? c.req.query() : { user_hash: user, ...c.req.query() };
}

/** What the client says that it holds: one tag mostly, a list at most (RFC 9110, 13.1.2). */
const heldTags = (c: AppContext): readonly string[] =>
  c.req
    .header("If-None-Match")
    ?.split(",")
    .map((tag) => tag.trim()) ?? [];

/** A store does not answer: the page itself will say so. */
function upstreamFailure(error: unknown): FailureError {
  if (isOutage(error)) return error;
  throw error;
}

async function cardsOf(
  c: AppContext,
  { items }: RankedPage,
): Promise<{ readonly cards: readonly Card[]; readonly missing: boolean }> {
  const { services, tenant, startedMs, background } = c.get("call");
  const ids = items.map(({ id }) => id);
  const { found, state } = await services.metadata.lookup(tenant.id, ids, startedMs, background);
  return { cards: ids.map((id) => cardOf(id, found.get(id))), missing: state === "missing" };
}
