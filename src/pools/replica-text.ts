/**
 * A whole version of the pools as one text, for the Cache API, KV and Durable Objects: the manifest as a line of
 * JSON, then one paragraph of ids per slice, then the facts. It is ASCII.
 */
import { SLICES } from "../domain/slices.ts";
import { noFacts } from "./facts-builder.ts";
import { factsText, parseFactsText } from "./facts-text.ts";
import type { PoolManifest, PoolSnapshot } from "./pool-store.ts";
import { bySlice, parseSliceText, sliceText } from "./slice-text.ts";

const PARAGRAPH = "\n\n";

export function replicaText({ manifest, slices, facts }: PoolSnapshot): string {
  return [
    JSON.stringify(manifest),
    ...SLICES.map((slice) => sliceText(slices[slice])),
    factsText(facts),
  ].join(PARAGRAPH);
}

/** Throws when the text is not one that {@link replicaText} wrote. */
export function parseReplicaText(text: string): PoolSnapshot {
  const [head, ...paragraphs] = text.split(PARAGRAPH);
  if (head === undefined || paragraphs.length < SLICES.length) {
    throw new TypeError("not a pool replica");
  }
  const manifest = JSON.parse(head) as PoolManifest;
  const facts = paragraphs[SLICES.length];
  return {
    manifest,
    slices: bySlice((slice) => parseSliceText(paragraphs[SLICES.indexOf(slice)] ?? "")),
    // The releases before facts wrote none.
    facts: facts === undefined ? noFacts(manifest.items) : parseFactsText(facts),
  };
}
