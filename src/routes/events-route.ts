/** Events in, in every form that senders have. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { type BinaryHeaders, EVENTS_LIMIT, parseBatch } from "../events/parse-batch.ts";
import { EVENT_TYPES } from "../events/user-event.ts";
import { access } from "./access.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";

const time = z.union([z.string(), z.number()]).openapi({ example: "2026-11-21T12:00:00Z" });

const event = z
  .object({
    id: z
      .string()
      .optional()
      .openapi({
        description:
          "1 to 128 printable characters. The same id counts once; without one, events that agree in everything but " +
          "country and device are the same event.",
      }),
    type: z.enum(EVENT_TYPES),
    user_id: z.string(),
    item_id: z.string().openapi({ description: "Or `video_id`." }),
    time: time.optional().openapi({
      description:
        "ISO 8601, or a number of seconds or milliseconds; now where absent. At most 7 days ago, and 5 minutes ahead.",
    }),
    watched_seconds: z.number().optional(),
    total_seconds: z.number().optional(),
    rating: z.number().optional().openapi({ description: "`rate`: from 1 to 5." }),
    action: z.enum(["added", "removed"]).optional().openapi({ description: "`watchlist`." }),
    country: z.string().optional().openapi({ description: "ISO 3166-1 alpha-2." }),
    device: z.string().optional(),
  })
  .openapi("Event");

/** For the documentation: what a body holds is found out record by record. */
const anything = z.any().openapi({
  type: "object",
  properties: { events: { type: "array", items: { $ref: "#/components/schemas/Event" } } },
});

const answer = z
  .object({
    accepted: z.number().int(),
    duplicates: z.number().int().openapi({
      description:
        "Sent twice in this request, or before to the same isolate. Others are found out later, and count once too.",
    }),
    rejected: z.array(z.object({ index: z.number().int(), reason: z.string() })),
  })
  .openapi("EventsAnswer");

const route = createRoute({
  method: "post",
  path: "/t/{tenant}/v1/events",
  tags: ["Events"],
  summary: "Take in what users did",
  description:
    `At most ${EVENTS_LIMIT} events and 2 MB: a list of events, \`{"events": […]}\`, or one event. Also taken: the ` +
    "events `VideoWatched`, `VideoRated` and `WatchlistUpdated`, known by `event_type` or by their fields; CloudEvents " +
    "1.0, structured, as a batch or in binary mode; and what Kafka Connect's HTTP sinks send: a list of values, or " +
    '`{"records": [{"key", "value", "topic"}]}`. An event is in its user\'s next answer within 2 s.',
  ...access("service"),
  request: {
    params: tenantParams,
    body: {
      required: true,
      content: {
        "application/json": { schema: anything },
        "application/cloudevents+json": { schema: anything },
        "application/cloudevents-batch+json": { schema: anything },
      },
    },
  },
  responses: {
    202: json("Taken in: none of them is lost, and each counts once.", answer),
    ...ADMIN_PROBLEMS,
  },
});

export function mountEvents(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.register("Event", event);
  app.openapi(route, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const parsed = parseBatch(await bodyOf(c), startedMs, binaryOf(c));
    if ("fault" in parsed) {
      throw new FailureError("BAD_REQUEST", "The input is at fault.", {
        faults: [{ path: "body", message: parsed.fault }],
      });
    }
    const { accepted, duplicates } = await services.events.intake.take(
      tenant,
      parsed.events,
      startedMs,
    );
    return c.json({ accepted, duplicates, rejected: [...parsed.rejected] }, 202);
  });
}

/** Whatever its content type says: connectors send JSON under many names. */
async function bodyOf(c: AppContext): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    // Told to the sender.
    throw new FailureError("BAD_REQUEST", "The body is not what its content type says.", {
      faults: [{ path: "body", message: "must be well-formed JSON" }],
    });
  }
}

/** CloudEvents' HTTP binding: with `ce-` headers the body is the data alone. */
function binaryOf(c: AppContext): BinaryHeaders | undefined {
  if (c.req.header("ce-specversion") === undefined) return undefined;
  return {
    id: c.req.header("ce-id"),
    source: c.req.header("ce-source"),
    type: c.req.header("ce-type"),
    time: c.req.header("ce-time"),
  };
}
