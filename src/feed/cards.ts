/** What a client needs to show an item, read from the metadata that the catalogue keeps. */
import type { Metadata } from "../catalogue/catalogue.ts";
import type { ItemId } from "../domain/ids.ts";
import type { MetadataValue } from "../catalogue/item-row.ts";

export interface Card {
  readonly id: ItemId;
  readonly title: string | null;
  readonly thumbnail_url: string | null;
  readonly duration_seconds: number | null;
  readonly creator: { readonly id: string; readonly name: string } | null;
  readonly playback_url: string | null;
}

/** A field that the catalogue does not have is null: nothing is made up. */
export function cardOf(id: ItemId, metadata: Metadata | undefined): Card {
  const text = (...names: readonly string[]): string | null => {
    for (const name of names) {
      const value = metadata?.[name];
      if (typeof value === "string") return value;
    }
    return null;
  };
  const name = text("creator", "channel");
  const creatorId = text("creator_id", "channel_id") ?? name;
  return {
    id,
    title: text("title"),
    thumbnail_url: text("thumbnail_url", "thumbnail"),
    duration_seconds: amount(metadata?.["duration_seconds"]),
    creator: creatorId === null ? null : { id: creatorId, name: name ?? creatorId },
    playback_url: text("playback_url", "url"),
  };
}

const amount = (value: MetadataValue | undefined): number | null =>
  typeof value === "number" ? value : null;
