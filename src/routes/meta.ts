/** What made an answer: the `meta` object and its headers. Every user-facing answer carries both. */
import { z } from "@hono/zod-openapi";
import type { TypedResponse } from "hono";
import { answerHeaders } from "./answer-headers.ts";
import type { AppContext } from "./context.ts";

export const metaSchema = z.object({
  algorithm: z.string(),
  pools: z
    .object({ version: z.number().int(), built_at: z.string() })
    .nullable()
    .openapi({ description: "The version of the global pools; null when the tenant has none." }),
  cache: z.enum(["l1", "l2", "replica", "static"]).openapi({
    description:
      "`l1`: set aside in memory; `l2`: from user state; `replica`: from the pools alone; `static`: from " +
      "the list that is left when nothing else answers.",
  }),
  degraded: z.boolean(),
  degraded_reason: z.string().nullable(),
  request_id: z.string(),
});

export interface Made {
  readonly algorithm: string;
  readonly poolsVersion: number;
  readonly cache: "l1" | "l2" | "replica" | "static";
  readonly degraded?: string;
}

export function metaOf(c: AppContext, made: Made) {
  const { poolsVersion } = made;
  return {
    algorithm: made.algorithm,
    pools:
      poolsVersion === 0
        ? null
        : { version: poolsVersion, built_at: new Date(poolsVersion).toISOString() },
    cache: made.cache,
    degraded: made.degraded !== undefined,
    degraded_reason: made.degraded ?? null,
    request_id: c.get("call").requestId,
  };
}

/**
 * The answer as JSON: private to its user, never stored. Built in one piece, headers and all: set one by one
 * through Hono they took a tenth of a warm request.
 */
export function sendMade<Body>(c: AppContext, made: Made, body: Body) {
  const call = c.get("call");
  const elapsedMs = Math.max(0, Date.now() - call.startedMs);
  const response = new Response(JSON.stringify(body), {
    headers: {
      "Content-Type": "application/json",
      "Cache-Control": "private, no-store",
      "Server-Timing": `total;dur=${elapsedMs}, cache;desc="${made.cache}"`,
      ...answerHeaders(call),
    },
  });
  return response as Response & TypedResponse<Body, 200, "json">;
}
