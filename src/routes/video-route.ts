/** System D's surface: videos for a personality and a history, what is trending, and warm-ups. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { accessDocs, allow, guarded } from "./access.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { json, USER_PROBLEMS, userParams } from "./schemas.ts";
import { answerVideos, videoCallOf } from "./send-videos.ts";
import {
  askedByBody,
  askedByQuery,
  askedToWarmUp,
  askedOfTrending,
  recommendationsBody,
  recommendationsQuery,
  trendingQuery,
} from "./video-inputs.ts";
import { videoAnswer, warmUpAnswer } from "./video-schemas.ts";

const ROOT = "/t/{tenant}/api/v1/video";
const LIST = `${ROOT}/recommendations/{user_id}`;

const bodyDocs = { content: { "application/json": { schema: recommendationsBody } } };

const documented = (summary: string, description: string) => ({
  tags: ["Videos"],
  summary,
  description,
  ...accessDocs("reader"),
});

const responses = {
  200: json("The videos. What failed is in `meta.degraded_reason`.", videoAnswer),
  ...USER_PROBLEMS,
};

const CACHED =
  "Answers are kept for `videos.answer_life_minutes` of the tenant and made anew by feedback, by a new personality " +
  "and by `force_refresh`. A video that was shown does not come back while there are others.";

const routes = [
  createRoute({
    method: "get",
    path: LIST,
    ...documented("Videos for a user", CACHED),
    request: { params: userParams, query: recommendationsQuery },
    responses,
  }),
  createRoute({
    method: "post",
    path: LIST,
    ...documented("Videos for a user, asked for in a body", CACHED),
    request: { params: userParams, body: bodyDocs },
    responses,
  }),
  createRoute({
    method: "post",
    path: `${ROOT}/refresh-recommendations/{user_id}`,
    ...documented("New videos for a user", "As with `force_refresh`, and as often."),
    request: { params: userParams, body: bodyDocs },
    responses,
  }),
  createRoute({
    method: "get",
    path: `${ROOT}/trending/{user_id}`,
    ...documented(
      "What is trending in a region",
      "Ordered by the user's personality, without what the user has watched.",
    ),
    request: { params: userParams, query: trendingQuery },
    responses,
  }),
  createRoute({
    method: "post",
    path: `${LIST}/prefetch`,
    ...documented(
      "Warm up a user's answer",
      "At sign-in: the answer is made behind this one, once for all who ask within two minutes. It is the answer to the " +
        "body, without one to what the user asked last, or else to a plain GET.",
    ),
    request: { params: userParams, body: bodyDocs },
    responses: { 202: json("What becomes of it.", warmUpAnswer), ...USER_PROBLEMS },
  }),
];

/** The hottest ones are validated in one synchronous step, and not at all when the same was asked before. */
export function mountVideos(app: OpenAPIHono<AppEnv>): void {
  for (const route of routes) app.openAPIRegistry.registerPath(route);
  const root = "/t/:tenant/api/v1/video";
  const list = `${root}/recommendations/:user_id`;
  const read = allow("reader");
  app.get(
    list,
    guarded("reader", (c) => answerVideos(c, askedByQuery(c))),
  );
  app.post(list, read, async (c) => answerVideos(c, await askedByBody(c)));
  app.post(`${root}/refresh-recommendations/:user_id`, read, async (c) =>
    answerVideos(c, { ...(await askedByBody(c)), refresh: true }),
  );
  app.get(`${root}/trending/:user_id`, read, (c) => answerVideos(c, askedOfTrending(c)));
  app.post(`${list}/prefetch`, read, async (c) => sendWarmUp(c));
}

async function sendWarmUp(c: AppContext): Promise<Response> {
  const call = videoCallOf(c);
  const inputs = await askedToWarmUp(c);
  const warmUp = await c.get("call").services.videos.answers.prefetch(call, inputs);
  const body = {
    success: true,
    status: warmUp.status,
    user_id: call.key.user,
    until: "untilMs" in warmUp ? new Date(warmUp.untilMs).toISOString() : null,
  };
  return new Response(JSON.stringify(body), {
    status: 202,
    headers: { "Content-Type": "application/json", "Cache-Control": "private, no-store" },
  });
}
