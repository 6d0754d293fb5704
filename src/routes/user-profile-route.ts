import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { likesSummaryOf } from "../feed/likes-summary.ts";
import { tastedItem } from "../feed/tasted-item.ts";
import { updateProfile } from "../feed/update-profiles.ts";
import type { UserId } from "../domain/ids.ts";
import { applyChange } from "../profiles/apply-change.ts";
import type { KnownProfile } from "../profiles/known-profile.ts";
import { access } from "./access.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { knownProfile, madeOf } from "./known-profile.ts";
import { metaOf, sendMade } from "./meta.ts";
import { json, USER_PROBLEMS, userParams } from "./schemas.ts";
import {
  demographicsBody,
  demographicsOf,
  userProfileAnswer,
  userProfileBody,
} from "./user-profile-body.ts";

const path = "/t/{tenant}/user-profile/{user_id}";

const reading = createRoute({
  method: "get",
  path,
  tags: ["Users"],
  summary: "What is known of a user's taste",
  ...access("user"),
  request: { params: userParams },
  responses: { 200: json("The profile.", userProfileAnswer), ...USER_PROBLEMS },
});

const writing = createRoute({
  method: "put",
  path,
  tags: ["Users"],
  summary: "Set a user's demographics",
  description: "Fields that are left out stay as they are. Popular lists follow them.",
  ...access("user"),
  request: {
    params: userParams,
    body: { required: true, content: { "application/json": { schema: demographicsBody } } },
  },
  responses: { 200: json("The profile with them.", userProfileAnswer), ...USER_PROBLEMS },
});

const refreshing = createRoute({
  method: "post",
  path: `${path}/refresh`,
  tags: ["Users"],
  summary: "Read a user's likes anew",
  description:
    "By today's catalogue. Everything else follows events by itself; a job does this every 30 minutes.",
  ...access("user"),
  request: { params: userParams },
  responses: { 200: json("The profile as it is now.", userProfileAnswer), ...USER_PROBLEMS },
});

export function mountUserProfile(app: OpenAPIHono<AppEnv>): void {
  app.openapi(reading, async (c) => {
    const { user_id: user } = c.req.valid("param");
    return sendProfile(c, user, await knownProfile(c.get("call"), user));
  });

  app.openapi(writing, async (c) => {
    const { services, tenant } = c.get("call");
    const { user_id: user } = c.req.valid("param");
    const before = await knownProfile(c.get("call"), user);
    const demographics = demographicsOf(c.req.valid("json"));
    const change = { kind: "demographics", demographics } as const;
    const { version } = await services.profiles.apply({ tenant: tenant.id, user }, change);
    const { profile } = applyChange(before.profile, change);
    return sendProfile(c, user, { version, profile, state: "current" });
  });

  app.openapi(refreshing, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const { user_id: user } = c.req.valid("param");
    const known = await knownProfile(c.get("call"), user);
    const { profiles, catalogue } = services;
    const key = { tenant: tenant.id, user };
    const likes = await updateProfile({ profiles, catalogue }, key, known.profile.liked);
    const made = madeOf("user_profile", known);
    const body = userProfileBody(user, known.profile, likes, startedMs);
    return sendMade(c, made, { ...body, meta: metaOf(c, made) });
  });
}

/** Likes are read by today's catalogue; where it does not answer, as they were read last. */
async function sendProfile(c: AppContext, user: UserId, known: KnownProfile) {
  const { services, tenant, startedMs, background } = c.get("call");
  const { profile } = known;
  const { liked, taste } = profile;
  const shelved = await services.metadata.lookup(tenant.id, liked, startedMs, background);
  const items = new Map(Array.from(shelved.found, ([id, facts]) => [id, tastedItem(facts)]));
  const missing = shelved.state === "missing";
  const likes = missing ? taste.likes : likesSummaryOf(liked, items);
  const made = {
    ...madeOf("user_profile", known),
    ...(missing ? { degraded: "metadata_unavailable" } : {}),
  };
  const body = userProfileBody(user, profile, likes, startedMs);
  return sendMade(c, made, { ...body, meta: metaOf(c, made) });
}
