/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/** Step `number`: every item that anybody likes gets a number, in the order of names. */
import { NEIGHBOURS_LIMIT } from "../defaults.ts";
import { nameTableOf } from "../name-table.ts";
import { packSections } from "../sections.ts";
import { readObject, type StepWork, writeObject } from "./step-work.ts";

export interface NumberResult {
  readonly items: number;
  readonly neighbours: number;
}

/** As many as a pool has (docs/decisions/0004-pool-limit.md); of more, the most liked. */
const ITEMS_LIMIT = 200_000;
/** All rows of all items in the memory of an isolate, with their names. */
const MATRIX_LIMIT_BYTES = 16_000_000;
/** Start of the name, start of the row, scale of its weights. */
const BYTES_PER_ITEM = 12;
/** Number of the neighbour, and its weight. */
const BYTES_PER_NEIGHBOUR = 5;

export async function number(work: StepWork): Promise<NumberResult> {
  const counts = new Map<string, number>();
  for (let part = 0; part < work.version.plan.parts; part += 1) {
    const text = new TextDecoder().decode(await readObject(work, `work/counts-${part}`));
    for (const line of text.split("\n")) {
      const [item, count] = line.split("\t");
      if (item === undefined || count === undefined) continue;
      counts.set(item, (counts.get(item) ?? 0) + Number(count));
    }
  }
  let names = [...counts.keys()];
  if (names.length > ITEMS_LIMIT) {
    names = names
      .toSorted((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1))
      .slice(0, ITEMS_LIMIT);
  }
  // By code unit, as bytes are compared: never by language.
  names.sort((a, b) => (a < b ? -1 : 1));
  const table = nameTableOf(names);
  await writeObject(work, "work/names", packSections([table.starts, table.bytes]));
  return { items: names.length, neighbours: neighboursWithin(names.length, table.bytes.length) };
}

/** So many that the matrix stays within {@link MATRIX_LIMIT_BYTES}: 50 up to 55,000 items, 24 for 100,000 of 20 characters. */
export function neighboursWithin(items: number, nameBytes: number): number {
  if (items === 0) return 0;
  const left = MATRIX_LIMIT_BYTES - nameBytes - items * BYTES_PER_ITEM;
  const room = Math.floor(left / (items * BYTES_PER_NEIGHBOUR));
  return Math.max(1, Math.min(NEIGHBOURS_LIMIT, room));
}
