import type { ItemId } from "../domain/ids.ts";
import type { ItemCodes } from "../domain/item-code.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";

/** An item with the pools that were to name it. */
export type Named<Item> = Item & {
  readonly pools: PoolReplica | undefined;
  /** Both undefined when these pools do not hold the item. */
  readonly index: number | undefined;
  readonly id: ItemId | undefined;
};

export function nameIn<Source>(
  { code, source }: { readonly code: ItemCodes; readonly source: Source },
  pools: PoolReplica | undefined,
): Named<{ readonly code: ItemCodes; readonly source: Source }> {
  const index = pools?.indexOf(code);
  return { code, source, pools, index, id: index === undefined ? undefined : pools?.idAt(index) };
}
