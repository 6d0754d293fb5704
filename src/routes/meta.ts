/** What made an answer: the `meta` object and its headers. Every user-facing answer carries both. */
import { z } from "@hono/zod-openapi";
import type { TypedResponse } from "hono";
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

/** Of the pools that were named last: a date becomes text in 3 µs, and pools are renewed once in minutes. */
let named = { version: 0, built_at: "" };

function poolsOf(version: number) {
  if (version === 0) return null;
  if (named.version !== version) {
    named = { version, built_at: new Date(version).toISOString() };
  }
  return named;
}

export function metaOf(c: AppContext, made: Made) {
  return {
    algorithm: made.algorithm,
    pools: poolsOf(made.poolsVersion),
    cache: made.cache,
    degraded: made.degraded !== undefined,
    degraded_reason: made.degraded ?? null,
    request_id: c.get("call").requestId,
  };
}

/** The answer as JSON: private to its user, never stored. Hono's own headers would take a tenth of a warm request. */
export function sendMade<Body>(c: AppContext, made: Made, body: Body) {
  const elapsedMs = Math.max(0, Date.now() - c.get("call").startedMs);
  const response = new Response(JSON.stringify(body));
  const { headers } = response;
  headers.set("Content-Type", "application/json");
  headers.set("Cache-Control", "private, no-store");
  headers.set("Server-Timing", `total;dur=${elapsedMs}, cache;desc="${made.cache}"`);
  return response as Response & TypedResponse<Body, 200, "json">;
}
