/**
 * The Worker with two floors beside it, for `npm run bench`: the same bytes without work, and a hand-written
 * handler that makes the one L2 call of a warm `recommend` and nothing else.
 */
import type { Bindings } from "../../src/env.ts";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { CODE_WIDTH } from "../../src/domain/item-code.ts";
import worker from "../../src/index.ts";
import { randomToken } from "../../src/platform/token.ts";
import { servicesOf } from "../../src/services.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";
import { wantOf } from "../../src/feed/blend.ts";

export { PoolObject } from "../../src/objects/pool-object.ts";
export { UserShardObject } from "../../src/objects/user-shard-object.ts";

const HEADERS = { "Content-Type": "application/json" };
let staticBody = "{}";

async function bare(user: UserId, count: number, env: Bindings): Promise<Response> {
  const [l2] = servicesOf(env).l2s;
  const result = await l2?.users.take(
    { tenant: "bench" as TenantId, user },
    {
      nowSeconds: Math.floor(Date.now() / 1000),
      token: randomToken(),
      lookback: 0,
      want: wantOf("mixed", count),
      policy: DEFAULT_USER_POLICY,
    },
  );
  const codes = `${result?.page.popularity}${result?.page.freshness}`;
  const videos: string[] = [];
  for (let at = 0; at < codes.length; at += CODE_WIDTH)
    videos.push(codes.slice(at, at + CODE_WIDTH));
  return new Response(JSON.stringify({ user_id: user, videos }), { headers: HEADERS });
}

export default {
  ...worker,
  async fetch(request: Request, env: Bindings, context: ExecutionContext): Promise<Response> {
    const { url } = request;
    const floor = url.indexOf("/floor/");
    if (floor === -1) return worker.fetch(request, env, context);
    const [kind, argument = ""] = url.slice(floor + "/floor/".length).split("/");
    if (kind === "bare") return bare(argument as UserId, 20, env);
    if (kind === "keep") staticBody = await request.text();
    return new Response(staticBody, { headers: HEADERS });
  },
};
