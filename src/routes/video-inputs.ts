/** What a client asks of videos, by query or by body. Both take the same fields; their defaults differ as system D's do. */
import { z } from "@hono/zod-openapi";
import { isCountry } from "../domain/countries.ts";
import { folded } from "../feed/feed-video.ts";
import type { VideoInputs } from "../feed/video-inputs.ts";
import type { AppContext } from "./context.ts";
import { jsonOfBody, parseInput } from "./input.ts";
import { wholeNumber } from "./schemas.ts";

const MAX_RESULTS = 50;

const category = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N} &/',.+-]{1,64}$/u, "must be a category's id or name");
/** As system D reads it, whatever its case: clients in Python send `True`. */
const flag = (otherwise: boolean) =>
  z
    .stringbool({ truthy: ["true", "1", "yes", "on"], falsy: ["false", "0", "no", "off"] })
    .default(otherwise)
    .openapi({ type: "boolean", default: otherwise });

export const recommendationsQuery = z.object({
  max_results: wholeNumber(1, MAX_RESULTS, 20),
  force_refresh: flag(false),
  include_trending: flag(true),
  category_filter: category.optional().openapi({ type: "string", example: "Music" }),
  explain: flag(false).openapi({
    description:
      "Role admin only. Such an answer is kept for nobody and counts as shown to nobody.",
  }),
});

export const recommendationsBody = z
  .object({
    max_results: z.number().int().min(1).max(MAX_RESULTS).default(15),
    force_refresh: z.boolean().default(false),
    include_trending: z.boolean().default(true),
    category_filter: category.nullish(),
    explain: z.boolean().default(false),
  })
  .openapi("VideoRecommendationsRequest");

export const trendingQuery = z.object({
  max_results: wholeNumber(1, MAX_RESULTS, 20),
  region_code: z
    .string()
    .toUpperCase()
    .refine(isCountry, "must be an ISO 3166-1 alpha-2 code")
    .optional()
    .openapi({ description: "Where nobody says: where the request comes from.", example: "US" }),
});

export interface Asked {
  readonly inputs: VideoInputs;
  readonly refresh: boolean;
  readonly explain: boolean;
}

/** Clients ask in few ways and often: a query that was parsed once is not parsed again. */
const REMEMBERED = 256;
const remembered = new Map<string, Asked>();

export function askedByQuery(c: AppContext): Asked {
  const { url } = c.req;
  const start = url.indexOf("?");
  const search = start < 0 ? "" : url.slice(start);
  const known = remembered.get(search);
  if (known !== undefined) return known;
  const query = parseInput("query", recommendationsQuery, c.req.query());
  const asked = askedFor(query);
  if (remembered.size === REMEMBERED) remembered.clear();
  remembered.set(search, asked);
  return asked;
}

/** A body may be absent, as it is for system D. */
export const askedByBody = async (c: AppContext): Promise<Asked> => askedByText(await c.req.text());

/** Undefined: what the user asked last. */
export async function askedToWarmUp(c: AppContext): Promise<VideoInputs | undefined> {
  const text = await c.req.text();
  return text === "" ? undefined : askedByText(text).inputs;
}

const askedByText = (text: string): Asked =>
  askedFor(parseInput("body", recommendationsBody, text === "" ? {} : jsonOfBody(text)));

export function askedOfTrending(c: AppContext): Asked {
  const { max_results, region_code } = parseInput("query", trendingQuery, c.req.query());
  const inputs: VideoInputs = {
    surface: "trending",
    maxResults: max_results,
    includeTrending: true,
    category: undefined,
    region: region_code,
  };
  return { inputs, refresh: false, explain: false };
}

const askedFor = (given: {
  readonly max_results: number;
  readonly force_refresh: boolean;
  readonly include_trending: boolean;
  readonly category_filter?: string | null | undefined;
  readonly explain: boolean;
}): Asked => ({
  inputs: {
    surface: "recommendations",
    maxResults: given.max_results,
    includeTrending: given.include_trending,
    category: given.category_filter == null ? undefined : folded(given.category_filter),
    region: undefined,
  },
  refresh: given.force_refresh,
  explain: given.explain,
});
