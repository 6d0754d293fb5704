/** What a batch of the catalogue API asks for: each row an item to write, or the id of one to delete. */
import { type CatalogueItem, parseItemRow } from "../catalogue/item-row.ts";
import { type ItemId, parseItemId } from "../domain/ids.ts";
import type { ItemChange } from "./change-items.ts";

export interface RejectedRow {
  /** 0-based, within the batch. */
  readonly index: number;
  readonly reason: string;
}

export interface ReadBatch extends ItemChange {
  readonly rejected: readonly RejectedRow[];
}

/** `{"op": "delete", "id"}` deletes; any other row is an item. Of two rows for one item the later one holds. */
export function readOperations(rows: readonly unknown[]): ReadBatch {
  const last = new Map<ItemId, CatalogueItem | undefined>();
  const rejected: RejectedRow[] = [];
  rows.forEach((row, index) => {
    const read = readOperation(row);
    if ("reason" in read) rejected.push({ index, reason: read.reason });
    else last.set(read.id, read.item);
  });
  return {
    upserts: [...last.values()].filter((item) => item !== undefined),
    removals: [...last].flatMap(([id, item]) => (item === undefined ? [id] : [])),
    rejected,
  };
}

function readOperation(
  row: unknown,
): { readonly id: ItemId; readonly item: CatalogueItem | undefined } | { readonly reason: string } {
  const { op, ...fields } = (row ?? {}) as Readonly<Record<string, unknown>>;
  switch (op) {
    case "delete": {
      const { id: text } = fields;
      const id = parseItemId(typeof text === "string" ? text : "");
      return id === undefined ? { reason: "id: is no item id" } : { id, item: undefined };
    }
    case "upsert":
    case undefined: {
      const parsed = parseItemRow(op === undefined ? row : fields);
      return parsed.ok ? { id: parsed.item.id, item: parsed.item } : { reason: parsed.reason };
    }
    default:
      return { reason: "op: must be upsert or delete" };
  }
}
