/** What liked items have in common, by what the catalogue says of them today. */
import type { Catalogue, Metadata } from "../catalogue/catalogue.ts";
import type { ItemId, TenantId } from "../domain/ids.ts";
import { type LikesSummary, summaryOf, type TastedItem } from "../profiles/taste.ts";
import { tastedItem } from "./tasted-item.ts";

/** Ids in one question: some 2 MB of answer at 1 KB an item. */
const LOOKUP_LIMIT = 2_000;

/** Facts of the items that the catalogue knows; of each no more is kept than taste reads. */
export async function tastedItems(
  catalogue: Pick<Catalogue, "lookup">,
  tenant: TenantId,
  items: readonly ItemId[],
): Promise<ReadonlyMap<ItemId, TastedItem>> {
  const known = new Map<ItemId, TastedItem>();
  for (let at = 0; at < items.length; at += LOOKUP_LIMIT) {
    const found: ReadonlyMap<ItemId, Metadata> = await catalogue.lookup(
      tenant,
      items.slice(at, at + LOOKUP_LIMIT),
    );
    for (const [id, metadata] of found) known.set(id, tastedItem(metadata));
  }
  return known;
}

export const likesSummaryOf = (
  liked: readonly ItemId[],
  known: ReadonlyMap<ItemId, TastedItem>,
): LikesSummary => summaryOf(liked.flatMap((item) => known.get(item) ?? []));
