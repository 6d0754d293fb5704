/** Messages of events that nobody could use: listed, sent again, dropped. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { DeadMessage } from "../events/dead-events.ts";
import type { EventMessage } from "../events/event-message.ts";
import { openMessage } from "../events/event-message.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { ADMIN_PROBLEMS, json, tenantParams, wholeNumber } from "./schemas.ts";

/** One replay: 20 MB of messages at most. */
const REPLAY_LIMIT = 200;

const deadSchema = z
  .object({
    id: z.string(),
    arrived_at: z.string(),
    attempts: z.number().int(),
    reason: z.string(),
    events: z.number().int(),
    first: z
      .object({ type: z.string(), user_id: z.string(), item_id: z.string() })
      .nullable()
      .openapi({ description: "The first event of the message; null where it cannot be read." }),
  })
  .openapi("DeadEvents");

const ids = z.array(z.string().max(128)).min(1).max(REPLAY_LIMIT).optional();
const selection = z.strictObject({ ids }).openapi("DeadEventsSelection");
const selectionBody = { content: { "application/json": { schema: selection } } };
const path = "/t/{tenant}/admin/dead-events";

const listRoute = createRoute({
  method: "get",
  path,
  tags: ["Events"],
  summary: "Messages of events that could not be used, oldest first",
  ...access("admin"),
  request: { params: tenantParams, query: z.object({ limit: wholeNumber(1, 500, 50) }) },
  responses: {
    200: json("Messages.", z.object({ messages: z.array(deadSchema) })),
    ...ADMIN_PROBLEMS,
  },
});

const replayRoute = createRoute({
  method: "post",
  path: `${path}/replay`,
  tags: ["Events"],
  summary: "Send them again, those of these ids or all",
  description: `At most ${REPLAY_LIMIT} at a time. What counted already does not count again.`,
  ...access("admin"),
  request: { params: tenantParams, body: selectionBody },
  responses: {
    202: json(
      "Sent. `unreadable` ones stay.",
      z.object({ replayed: z.number().int(), unreadable: z.number().int() }),
    ),
    ...ADMIN_PROBLEMS,
  },
});

const dropRoute = createRoute({
  method: "delete",
  path,
  tags: ["Events"],
  summary: "Drop them, those of these ids or all",
  ...access("admin"),
  request: { params: tenantParams, body: selectionBody },
  responses: {
    200: json("Dropped.", z.object({ dropped: z.number().int() })),
    ...ADMIN_PROBLEMS,
  },
});

export function mountDeadEvents(app: OpenAPIHono<AppEnv>): void {
  app.openapi(listRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const { limit } = c.req.valid("query");
    const messages = await services.events.dead.list(tenant.id, limit);
    return c.json({ messages: messages.map(present) }, 200);
  });

  app.openapi(replayRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const { dead, queue } = services.events;
    const listed = await dead.list(tenant.id, REPLAY_LIMIT, c.req.valid("json").ids);
    let replayed = 0;
    for (const { id, body } of listed) {
      const message: unknown = JSON.parse(body);
      if (openMessage(message)?.tenant !== tenant.id) continue;
      await queue.send(message as EventMessage);
      // Afterwards: whoever is interrupted in between sends it twice, and it counts once.
      await dead.drop(tenant.id, [id]);
      replayed += 1;
    }
    return c.json({ replayed, unreadable: listed.length - replayed }, 202);
  });

  app.openapi(dropRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const dropped = await services.events.dead.drop(tenant.id, c.req.valid("json").ids);
    return c.json({ dropped }, 200);
  });
}

function present({ id, arrivedAtMs, attempts, reason, events, body }: DeadMessage) {
  const first = openMessage(JSON.parse(body))?.events[0];
  return {
    id,
    arrived_at: new Date(arrivedAtMs).toISOString(),
    attempts,
    reason,
    events,
    first:
      first === undefined ? null : { type: first.type, user_id: first.user, item_id: first.item },
  };
}
