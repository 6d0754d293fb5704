/** What taste is read from, of an item of the catalogue. */
import type { Metadata } from "../catalogue/catalogue.ts";
import { FACT_FIELDS, knownFacts } from "../catalogue/known-facts.ts";
import type { TastedItem } from "../profiles/taste.ts";

/** The creator is the name that rules and ranking know. */
export function tastedItem(metadata: Metadata): TastedItem {
  const { tags = [], creator } = knownFacts(FACT_FIELDS.map((field) => metadata[field]));
  const category = textOf(metadata["category"]);
  const price = priceOf(metadata["price"]);
  const platform = textOf(metadata["platform"]);
  return {
    tags,
    ...(creator === undefined ? {} : { creator }),
    ...(category === undefined ? {} : { category }),
    ...(price === undefined ? {} : { price }),
    ...(platform === undefined ? {} : { platform }),
  };
}

/** Of a video, in seconds. */
export function lengthOf(metadata: Metadata | undefined): number | undefined {
  const length = metadata?.["duration_seconds"];
  return typeof length === "number" && length > 0 ? length : undefined;
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined;

/** Files of CSV give prices as text. */
function priceOf(value: unknown): number | undefined {
  const text = typeof value === "string" ? value.trim() : value;
  const price = typeof text === "string" && text !== "" ? Number(text) : text;
  return typeof price === "number" && Number.isFinite(price) && price >= 0 ? price : undefined;
}
