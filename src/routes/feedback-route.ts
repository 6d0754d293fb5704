import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { recordFeedback } from "../feed/feedback.ts";
import { logFeedback } from "../feed/log-feedback.ts";
import { deedOf, recordDeeds } from "../feed/record-deeds.ts";
import { tasteMark } from "../feed/taste-mark.ts";
import { weightOf } from "../events/weights.ts";
import { touchProfile } from "../feed/touch-profile.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { idempotencyKeyOf, idempotencyKeyParameter } from "./idempotency-key.ts";
import { metaOf, metaSchema, sendMade } from "./meta.ts";
import { itemId, json, USER_PROBLEMS, userParams } from "./schemas.ts";

const ITEMS_LIMIT = 1_000;

const body = z
  .object({
    video_ids: z.array(itemId).min(1).max(ITEMS_LIMIT),
    interaction_type: z
      .string()
      .regex(/^[a-z_]{1,32}$/, "must be 1 to 32 lower-case letters or underscores")
      .default("watched")
      .openapi({
        example: "watched",
        description:
          "`watched`, `like`, `unlike` and `dislike` teach the user's taste on every surface, and count as events do.",
      }),
    mark_permanent: z
      .boolean()
      .optional()
      .openapi({
        description:
          "True: watched, hidden for at least 30 days. False: only cooled down, hidden for 24 h. " +
          "Where absent, `watched` and `watch` are permanent and everything else is not.",
      }),
  })
  .openapi("Feedback");

const answer = z
  .object({
    success: z.boolean(),
    videos_marked: z.number().int().openapi({ description: "Distinct videos." }),
    message: z.string(),
    meta: metaSchema,
  })
  .openapi("FeedbackAnswer");

const PERMANENT_TYPES = new Set(["watched", "watch"]);

const route = createRoute({
  method: "post",
  path: "/t/{tenant}/feedback/{user_id}",
  tags: ["Feed"],
  summary: "Mark items as watched, or cool them down",
  ...access("user"),
  request: {
    params: userParams,
    body: { required: true, content: { "application/json": { schema: body } } },
  },
  parameters: [idempotencyKeyParameter("What is sent again with the same key counts once.")],
  responses: {
    200: json("Marked; the user's next page is without them.", answer),
    ...USER_PROBLEMS,
  },
});

export function mountFeedback(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { services, tenant, startedMs, background, requestId } = c.get("call");
    const { user_id: user } = c.req.valid("param");
    const { video_ids: items, interaction_type: type, mark_permanent } = c.req.valid("json");
    const permanent = mark_permanent ?? PERMANENT_TYPES.has(type);
    const name = idempotencyKeyOf(c) ?? requestId;
    const { users } = services.l2Of(tenant);
    const key = { tenant: tenant.id, user };
    const { profiles, metadata } = services;
    const policy = services.policyOf(tenant);
    const deed = deedOf(type, permanent);
    const marked = await recordFeedback(
      { users, leasedPages: services.leasedPages },
      { key, items, permanent, taught: deed !== undefined, policy, nowMs: startedMs },
    );
    // Afterwards: an answer that is made in between must not be kept under the new version.
    if (deed === undefined) {
      const touched = await touchProfile(profiles, key);
      // What was watched must not push it out.
      if (touched === "touched" && permanent)
        await users.markAll([tasteMark(key, { policy, nowMs: startedMs })]);
    } else {
      const { found: known } = await metadata.lookup(tenant.id, items, startedMs, background);
      const { weights } = tenant.config.events;
      const events = await recordDeeds(
        { profiles, weightOf: (event) => weightOf(weights, event) },
        { key, name, type: deed, items, known, nowMs: startedMs },
      );
      logFeedback(services.events.intake, tenant, events, { nowMs: startedMs, background });
    }
    const made = { algorithm: "feedback", poolsVersion: 0, cache: "l2" } as const;
    return sendMade(c, made, {
      success: true,
      videos_marked: marked,
      message: permanent
        ? `${marked} marked as watched: hidden for at least 30 days.`
        : `${marked} cooled down: hidden for 24 hours.`,
      meta: metaOf(c, made),
    });
  });
}
