import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import {
  BALANCED,
  type Personality,
  type Profile,
  type Trait,
  TRAITS,
} from "../profiles/profile.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { knownProfile, madeOf } from "./known-profile.ts";
import { metaOf, metaSchema, sendMade } from "./meta.ts";
import { json, USER_PROBLEMS, userParams } from "./schemas.ts";

/** System D's. */
const UNKNOWN_TRAIT = 50;

const trait = z.number().int().min(0).max(100);
const assessed = {
  openness: trait,
  conscientiousness: trait,
  extraversion: trait,
  agreeableness: trait,
  neuroticism: trait,
};

const body = z
  .strictObject(assessed)
  .partial()
  .refine((traits) => Object.keys(traits).length > 0, "must name at least one trait")
  .openapi("PersonalityAssessment", {
    description: "Big Five, whole numbers from 0 to 100. A trait that is left out counts as 50.",
  });

const answer = z
  .object({
    success: z.boolean(),
    data: z.object({
      user_id: z.string(),
      assessed: z.boolean().openapi({ description: "False: nobody assessed this user." }),
      personality: z.object(assessed),
      assumed: z.array(z.enum(TRAITS)).openapi({ description: "Traits that count as 50." }),
    }),
    meta: metaSchema,
  })
  .openapi("PersonalityAnswer");

const path = "/t/{tenant}/users/{user_id}/personality";

const writing = createRoute({
  method: "put",
  path,
  tags: ["Users"],
  summary: "Set a user's personality",
  ...access("user"),
  request: {
    params: userParams,
    body: { required: true, content: { "application/json": { schema: body } } },
  },
  responses: {
    200: json("Set; the user's next answer, anywhere, follows it.", answer),
    ...USER_PROBLEMS,
  },
});

const reading = createRoute({
  method: "get",
  path,
  tags: ["Users"],
  summary: "A user's personality, as recommendations see it",
  ...access("user"),
  request: { params: userParams },
  responses: { 200: json("The personality.", answer), ...USER_PROBLEMS },
});

const dataOf = (
  user: string,
  { personality, assumed }: Pick<Profile, "personality" | "assumed">,
) => ({
  user_id: user,
  assessed: personality !== undefined,
  personality: personality ?? BALANCED,
  assumed: personality === undefined ? [...TRAITS] : [...(assumed ?? [])],
});

export function mountPersonality(app: OpenAPIHono<AppEnv>): void {
  app.openapi(writing, async (c) => {
    const { services, tenant } = c.get("call");
    const { user_id: user } = c.req.valid("param");
    const given = c.req.valid("json");
    const assumed: readonly Trait[] = TRAITS.filter((name) => given[name] === undefined);
    const personality: Personality = {
      openness: given.openness ?? UNKNOWN_TRAIT,
      conscientiousness: given.conscientiousness ?? UNKNOWN_TRAIT,
      extraversion: given.extraversion ?? UNKNOWN_TRAIT,
      agreeableness: given.agreeableness ?? UNKNOWN_TRAIT,
      neuroticism: given.neuroticism ?? UNKNOWN_TRAIT,
    };
    const change = { kind: "personality", personality, assumed } as const;
    await services.profiles.apply({ tenant: tenant.id, user }, change);
    const made = madeOf("personality", { state: "current" });
    return sendMade(c, made, {
      success: true,
      data: dataOf(user, { personality, assumed }),
      meta: metaOf(c, made),
    });
  });

  app.openapi(reading, async (c) => {
    const { user_id: user } = c.req.valid("param");
    const known = await knownProfile(c.get("call"), user);
    const made = madeOf("personality", known);
    return sendMade(c, made, {
      success: true,
      data: dataOf(user, known.profile),
      meta: metaOf(c, made),
    });
  });
}
