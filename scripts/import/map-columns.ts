import { ImportError } from "./import-error.ts";
import type { ColumnMap } from "./options.ts";

type Row = Readonly<Record<string, unknown>>;

/** Renames mapped columns; a field of ours that the file also has under that name gives way to the mapping. */
export function mapColumns(row: Row, map: ColumnMap): Row {
  if (map.size === 0) return row;
  const sources = new Set(map.values());
  const mapped: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (!sources.has(name) && !map.has(name)) mapped[name] = value;
  }
  for (const [target, source] of map) {
    if (row[source] !== undefined) mapped[target] = row[source];
  }
  return mapped;
}

export interface ColumnNeeds {
  readonly file: string;
  readonly option: string;
  readonly map: ColumnMap;
  /** Each entry is met by any of its names. */
  readonly needed: readonly (readonly [string, ...string[]])[];
}

/** Throws before anything is sent, and shows the columns that there are. */
export function checkColumns(columns: ReadonlySet<string>, needs: ColumnNeeds): void {
  const { file, option, map, needed } = needs;
  const there = `${file} has: ${[...columns].join(", ") || "none"}.`;
  for (const [target, source] of map) {
    if (!columns.has(source)) {
      throw new ImportError(
        `${option} ${target}=${source}: there is no column "${source}". ${there}`,
      );
    }
  }
  const sources = new Set(map.values());
  for (const names of needed) {
    const met = names.some((name) => map.has(name) || (columns.has(name) && !sources.has(name)));
    if (!met) {
      throw new ImportError(
        `No column "${names.join('" or "')}". ${there} Say which it is: ${option} ${names[0]}=<column>`,
      );
    }
  }
}
