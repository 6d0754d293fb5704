import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { knownProfile, madeOf } from "./known-profile.ts";
import { metaOf, metaSchema, sendMade } from "./meta.ts";
import { json, USER_PROBLEMS, userParams } from "./schemas.ts";

/** Best and worst values that are shown, each. */
const SHOWN = 10;

const valueSchema = z.object({ value_key: z.string(), value: z.number() });

const answer = z
  .object({
    success: z.boolean(),
    data: z.object({
      user_id: z.string(),
      updates: z.number().int().openapi({ description: "Lessons so far." }),
      values: z.number().int().openapi({ description: "Kinds of videos that have a value." }),
      exploration_rate: z.number(),
      best: z.array(valueSchema),
      worst: z.array(valueSchema),
      watched: z.number().int(),
      liked: z.number().int(),
      disliked: z.number().int(),
    }),
    meta: metaSchema,
  })
  .openapi("LearnedValuesAnswer");

const route = createRoute({
  method: "get",
  path: "/t/{tenant}/api/v1/video/rl-stats/{user_id}",
  tags: ["Videos"],
  summary: "What was learned of a user's feedback",
  ...access("reader"),
  request: { params: userParams },
  responses: { 200: json("The learned values.", answer), ...USER_PROBLEMS },
});

export function mountLearnedValues(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { user_id: user } = c.req.valid("param");
    const known = await knownProfile(c.get("call"), user);
    const { learned, history, liked, disliked } = known.profile;
    const values = Object.entries(learned.values)
      .map(([value_key, value]) => ({ value_key, value }))
      .toSorted((a, b) => b.value - a.value);
    const made = madeOf("learned_values", known);
    return sendMade(c, made, {
      success: true,
      data: {
        user_id: user,
        updates: learned.updates,
        values: values.length,
        exploration_rate: learned.epsilon,
        best: values.filter(({ value }) => value > 0).slice(0, SHOWN),
        worst: values
          .filter(({ value }) => value < 0)
          .toReversed()
          .slice(0, SHOWN),
        watched: history.length,
        liked: liked.length,
        disliked: disliked.length,
      },
      meta: metaOf(c, made),
    });
  });
}
