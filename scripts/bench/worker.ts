/**
 * The Worker with floors beside it, for `npm run bench`: the same bytes without work, hand-written handlers that
 * make the one L2 call of a warm `recommend` or ranked feed and nothing else, and ranking without a feed.
 */
import type { Bindings } from "../../src/env.ts";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { CODE_WIDTH, NO_CODES, sliceCodes } from "../../src/domain/item-code.ts";
import worker from "../../src/index.ts";
import { randomToken } from "../../src/platform/token.ts";
import { servicesOf } from "../../src/services.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";
import { wantOf } from "../../src/feed/blend.ts";
import { fromEdge, fromMemory, keepAnswer } from "./kept-answers.ts";
import { rankingCase } from "./ranking-case.ts";

export { CacheObject } from "../../src/objects/cache-object.ts";
export { EventShardObject } from "../../src/objects/event-shard-object.ts";
export { LimitObject } from "../../src/objects/limit-object.ts";
export { PoolObject } from "../../src/objects/pool-object.ts";
export { ProfileObject } from "../../src/objects/profile-object.ts";
export { QuotaObject } from "../../src/objects/quota-object.ts";
export { UserShardObject } from "../../src/objects/user-shard-object.ts";

const HEADERS = { "Content-Type": "application/json" };
const PAGE = 20;
const DONE = Promise.resolve();
let staticBody = "{}";
let kept: object = {};

async function bare(user: UserId, count: number, env: Bindings): Promise<Response> {
  const [l2] = servicesOf(env).l2s;
  const result = await l2?.users.take(
    { tenant: "bench" as TenantId, user },
    {
      nowSeconds: Math.floor(Date.now() / 1000),
      token: randomToken(),
      lookback: 0,
      want: wantOf("mixed", count, 0.6),
      policy: DEFAULT_USER_POLICY,
    },
  );
  const codes = `${result?.page.popularity}${result?.page.freshness}`;
  const videos: string[] = [];
  for (let at = 0; at < codes.length; at += CODE_WIDTH)
    videos.push(codes.slice(at, at + CODE_WIDTH));
  return new Response(JSON.stringify({ user_id: user, videos }), { headers: HEADERS });
}

/** What waits for the user, and an answer of as many bytes as the feed's; with `shows`, what it showed is committed. */
async function barePeek(
  user: UserId,
  env: Bindings,
  context: ExecutionContext,
  shows: number,
): Promise<Response> {
  const [l2] = servicesOf(env).l2s;
  const key = { tenant: "bench" as TenantId, user };
  const nowSeconds = Math.floor(Date.now() / 1000);
  const result = await l2?.users.peek(key, {
    nowSeconds,
    limits: { popularity: 120, freshness: 80 },
    candidates: NO_CODES,
    perSecond: 1_000_000,
    policy: DEFAULT_USER_POLICY,
  });
  if (result !== undefined && shows > 0) {
    const fallback = sliceCodes(result.waiting.popularity, 0, shows);
    const commit = {
      token: randomToken(),
      page: { popularity: NO_CODES, freshness: NO_CODES, fallback },
    };
    const policy = DEFAULT_USER_POLICY;
    context.waitUntil(l2?.users.lease([{ key, request: { nowSeconds, commit, policy } }]) ?? DONE);
  }
  return new Response(JSON.stringify({ ...kept, known: result?.known }), { headers: HEADERS });
}

const CASES = 40;

function makeRanking() {
  const { candidatesOf, watchedOf, ranker } = rankingCase(0);
  const users = Array.from({ length: CASES }, (_, user) => ({
    candidates: candidatesOf(user),
    watched: watchedOf(user),
  }));
  return { users, rank: ranker({ by: "tags", strength: 0.3 }) };
}

let ranking: ReturnType<typeof makeRanking> | undefined;

/** Ranks so many times, and tells how many items it selected. */
function rank(runs: number): Response {
  ranking ??= makeRanking();
  const { users, rank: rankFor } = ranking;
  let selected = 0;
  for (let run = 0; run < runs; run += 1) {
    const user = users[run % CASES];
    if (user !== undefined) selected += rankFor(user.candidates, user.watched).length;
  }
  return new Response(String(selected));
}

/** A GET of the path, or a POST of the body to it. */
type Fill = string | { readonly path: string; readonly body?: string };

/** Services belong to an object of bindings: with another one the Worker remembers nothing. */
let forgetful: Bindings | undefined;

export default {
  ...worker,
  async fetch(request: Request, env: Bindings, context: ExecutionContext): Promise<Response> {
    const { url } = request;
    const floor = url.indexOf("/floor/");
    if (floor === -1) return worker.fetch(request, forgetful ?? env, context);
    const [kind = "", argument = ""] = url.slice(floor + "/floor/".length).split("/", 2);
    if (kind === "memory") return fromMemory(url.slice(floor + "/floor/memory".length));
    if (kind === "edge") return fromEdge(url.slice(floor + "/floor/edge".length));
    if (kind === "forget") {
      forgetful = { ...env };
      return new Response();
    }
    if (kind === "fill") {
      for (const asked of await request.json<Fill[]>()) {
        const { path, body } = typeof asked === "string" ? { path: asked } : asked;
        const init = body === undefined ? {} : { method: "POST", body };
        const made = new Request(new URL(path, url), init);
        await keepAnswer(path, await worker.fetch(made, forgetful ?? env, context));
      }
      return new Response();
    }
    if (kind === "bare") return bare(argument as UserId, PAGE, env);
    if (kind === "peek") return barePeek(argument as UserId, env, context, 0);
    if (kind === "show") return barePeek(argument as UserId, env, context, PAGE);
    if (kind === "rank") return rank(Number(argument));
    if (kind === "keep") {
      staticBody = await request.text();
      kept = JSON.parse(staticBody) as object;
    }
    return new Response(staticBody, { headers: HEADERS });
  },
};
