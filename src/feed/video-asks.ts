/** What a user asked last, as the text that profiles remember of it, so that a warm-up makes what is asked next. */
import { parseJson } from "../domain/json.ts";
import * as z from "zod";
import { ASKS_LIMIT } from "../profiles/profile-store.ts";
import { DEFAULT_INPUTS, knownCountry, type VideoCall, type VideoInputs } from "./video-inputs.ts";

export interface VideoAsks {
  readonly inputs: VideoInputs;
  /** Where it was asked from. */
  readonly country: string | undefined;
}

/** `[max_results, include_trending, category, country]`, as JSON. */
const asksSchema = z.tuple([
  z.number().int().min(1).max(50),
  z.boolean(),
  z.string().nullable(),
  z.string().nullable(),
]);

/** Undefined for what nobody warms up. */
export function asksText(call: VideoCall, inputs: VideoInputs): string | undefined {
  const { surface, maxResults, includeTrending, category } = inputs;
  if (surface !== "recommendations") return undefined;
  const country = knownCountry(call) ?? null;
  const text = JSON.stringify([maxResults, includeTrending, category ?? null, country]);
  return text.length > ASKS_LIMIT ? undefined : text;
}

/** Undefined for nothing, and for what another release wrote otherwise. */
export function readAsks(text: string | undefined): VideoAsks | undefined {
  const parsed = asksSchema.safeParse(text === undefined ? undefined : parseJson(text));
  if (!parsed.success) return undefined;
  const [maxResults, includeTrending, category, country] = parsed.data;
  return {
    inputs: { ...DEFAULT_INPUTS, maxResults, includeTrending, category: category ?? undefined },
    country: country ?? undefined,
  };
}
