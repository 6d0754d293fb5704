/** System E's surface: what is popular with a demographic, and the list of one user. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { accessDocs, demandUser, guarded, spendOf } from "./access.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { personalBody, personalInputs, popularBody, popularInputs } from "./gift-inputs.ts";
import { giftAnswer } from "./gift-schemas.ts";
import { json, tenantParams, USER_PROBLEMS } from "./schemas.ts";
import { answerGifts } from "./send-gifts.ts";

const responses = {
  200: json("The list. What failed is in `degraded_reason`.", giftAnswer),
  ...USER_PROBLEMS,
};

const routes = [
  createRoute({
    method: "post",
    path: "/t/{tenant}/popular",
    tags: ["Gifts"],
    summary: "What is popular with a demographic",
    description:
      "By what users of that gender and age did within 90 days, widened to the gender, to the age and to everyone while " +
      "there are fewer than 20 items. Private, out-of-stock and foreign items are never in it; every filter holds " +
      "before anything is counted. The same body has the same answer for as long as the scores are the same.",
    ...accessDocs("reader"),
    request: {
      params: tenantParams,
      body: { required: true, content: { "application/json": { schema: popularBody } } },
    },
    responses,
  }),
  createRoute({
    method: "post",
    path: "/t/{tenant}/personalized",
    tags: ["Gifts"],
    summary: "A user's own list",
    description:
      "Without likes what is popular with the user's demographics, with one or two what is like them, from three on what " +
      "goes together with them; each goes on with the next, and `algorithm_used` says what came first. What the user " +
      "liked or disliked is not in it, from the next request on.",
    ...accessDocs("reader"),
    request: {
      params: tenantParams,
      body: { required: true, content: { "application/json": { schema: personalBody } } },
    },
    responses,
  }),
];

/** Bodies are validated in one step, and not at all when the same was asked before. */
export function mountGifts(app: OpenAPIHono<AppEnv>): void {
  for (const route of routes) app.openAPIRegistry.registerPath(route);
  app.post("/t/:tenant/popular", guarded("reader", sendPopular));
  app.post("/t/:tenant/personalized", guarded("reader", sendPersonal));
}

const sendPopular = async (c: AppContext): Promise<Response> =>
  answerGifts(c, await popularInputs(c));

async function sendPersonal(c: AppContext): Promise<Response> {
  const inputs = await personalInputs(c);
  demandUser(c, "reader", inputs.user);
  const spent = spendOf(c, inputs.user);
  if (spent === undefined) return answerGifts(c, inputs);
  // The first of a minute asks the counter and makes the list side by side: one round of calls less.
  const [answer] = await Promise.all([answerGifts(c, inputs), spent]);
  return answer;
}
