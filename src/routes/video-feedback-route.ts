import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { weightOf } from "../events/weights.ts";
import { feedbackId, logFeedback } from "../feed/log-feedback.ts";
import { recordVideoFeedback } from "../feed/video-feedback.ts";
import { FEEDBACK_TYPES } from "../profiles/profile.ts";
import type { Feedback } from "../profiles/profile-store.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { idempotencyKeyOf, idempotencyKeyParameter } from "./idempotency-key.ts";
import { madeOf } from "./known-profile.ts";
import { metaOf, metaSchema, sendMade } from "./meta.ts";
import { itemId, json, USER_PROBLEMS, userParams } from "./schemas.ts";

/** System D's clients send null for what they do not know. */
const seconds = z.number().min(0).max(604_800).nullish();
const hint = (limit: number) => z.string().max(limit).nullish();

const body = z
  .object({
    video_id: itemId,
    feedback_type: z.enum(FEEDBACK_TYPES),
    watch_time: seconds.openapi({ description: "Seconds watched." }),
    total_duration: seconds.openapi({ description: "Length of the video in seconds." }),
    interactions: z.number().int().min(0).max(1_000_000).nullish().openapi({
      description: "Taken from system D's clients; no reward depends on it.",
    }),
    time_to_click: seconds.openapi({
      description: "Seconds. Taken from system D's clients; no reward depends on it.",
    }),
    video_title: hint(500).openapi({
      description: "Of a video that was not shown here; others are known.",
    }),
    channel_title: hint(500),
    category_name: hint(100),
  })
  .openapi("VideoFeedback");

const answer = z
  .object({
    success: z.boolean(),
    message: z.string(),
    data: z.object({
      video_id: z.string(),
      feedback_type: z.enum(FEEDBACK_TYPES),
      learned: z
        .object({
          value_key: z.string().openapi({
            description: "Trait thirds, length, engagement, category and theme of the video.",
          }),
          reward: z.number(),
          value_before: z.number(),
          value_after: z.number(),
        })
        .nullable()
        .openapi({
          description:
            "Null when the video was not shown lately and the request names no category: then there is nothing to learn it under. Also null when it was learned before, by the same `Idempotency-Key`.",
        }),
    }),
    meta: metaSchema,
  })
  .openapi("VideoFeedbackAnswer");

const route = createRoute({
  method: "post",
  path: "/t/{tenant}/api/v1/video/feedback/{user_id}",
  tags: ["Videos"],
  summary: "Say what a user did with a video",
  description:
    "Teaches the value under which the video was scored when it was shown. `dislike` and `watch` hide it on every surface from now on; `like` takes a dislike back.",
  ...access("user"),
  request: {
    params: userParams,
    body: { required: true, content: { "application/json": { schema: body } } },
  },
  parameters: [idempotencyKeyParameter("What is sent again with the same key teaches once.")],
  responses: {
    200: json("Recorded; the user's next answer, anywhere, follows it.", answer),
    ...USER_PROBLEMS,
  },
});

function feedbackOf(input: z.output<typeof body>, atMs: number): Feedback {
  const known = {
    watchSeconds: input.watch_time,
    totalSeconds: input.total_duration,
    interactions: input.interactions,
    secondsToClick: input.time_to_click,
    title: input.video_title,
    channelTitle: input.channel_title,
    categoryName: input.category_name,
  };
  const said = Object.entries(known).filter(([, value]) => value != null);
  return {
    ...(Object.fromEntries(said) as Partial<Feedback>),
    video: input.video_id,
    type: input.feedback_type,
    atMs,
  };
}

export function mountVideoFeedback(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { services, tenant, startedMs, background, requestId } = c.get("call");
    const { user_id: user } = c.req.valid("param");
    const input = c.req.valid("json");
    const { leasedPages, profiles, metadata } = services;
    const { video_id: video, feedback_type: type } = input;
    const id = feedbackId(user, idempotencyKeyOf(c) ?? requestId, type, video);
    const { taught, event } = await recordVideoFeedback(
      {
        users: services.l2Of(tenant).users,
        leasedPages,
        profiles,
        weightOf: (deed) => weightOf(tenant.config.events.weights, deed),
        async itemOf() {
          const { found } = await metadata.lookup(tenant.id, [video], startedMs, background);
          return found.get(video);
        },
      },
      { tenant: tenant.id, user },
      { ...feedbackOf(input, startedMs), id },
      services.policyOf(tenant),
    );
    logFeedback(services.events.intake, tenant, [event], { nowMs: startedMs, background });
    const made = madeOf("video_feedback", { state: "current" });
    return sendMade(c, made, {
      success: true,
      message: `Feedback "${input.feedback_type}" recorded.`,
      data: {
        video_id: input.video_id,
        feedback_type: input.feedback_type,
        learned:
          taught === undefined
            ? null
            : {
                value_key: taught.valueKey,
                reward: taught.reward,
                value_before: taught.before,
                value_after: taught.after,
              },
      },
      meta: metaOf(c, made),
    });
  });
}
