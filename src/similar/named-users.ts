/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays */
/** Which users an object of a version names: whoever is deleted must be found in it, as the steps write it. */
import { hash32 } from "../domain/hash.ts";
import { nameAt } from "./name-table.ts";
import { unpackSections } from "./sections.ts";
import { rangeOfHash } from "./similar-version.ts";

/**
 * `lines`: pairs as text, the user first on each line. `table`: sections that begin with a table of users. `nobody`:
 * items alone, whose ids may look like a user's.
 */
export type Naming = "lines" | "table" | "nobody";

const NAMINGS: readonly (readonly [RegExp, Naming])[] = [
  [/^(?:pairs|work\/chunk)-\d+$/, "lines"],
  [/^(?:block|work\/users)-\d+$/, "table"],
  [/^(?:items|work\/(?:names|bounds|(?:rows|counts|neighbours)-\d+))$/, "nobody"],
];

/** Of a key `similar/<tenant>/<version>/<name>`; undefined for what no step writes. */
export function namingOf(key: string): Naming | undefined {
  const name = key.split("/").slice(3).join("/");
  return NAMINGS.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * Of all keys of a tenant those that may name the user. Users of a finished version lie by their hashes, so that of its
 * pairs and lists one object each is enough: a million users have 8,000 of them. One under way is looked into whole.
 */
export function mayName(keys: readonly string[], user: string): readonly string[] {
  const versions = Map.groupBy(keys, (key) => key.split("/").slice(0, 3).join("/"));
  return [...versions].flatMap(([version, objects]) => {
    const named = objects.filter((key) => namingOf(key) !== "nobody");
    if (objects.some((key) => key.startsWith(`${version}/work/`))) return named;
    const others = named.filter((key) => !/\/(?:pairs|block)-\d+$/.test(key));
    return [...others, ...placeOf("pairs"), ...placeOf("block")];

    function placeOf(kind: "pairs" | "block"): readonly string[] {
      const all = named.filter((key) => key.startsWith(`${version}/${kind}-`));
      const key = `${version}/${kind}-${rangeOfHash(hash32(user), all.length)}`;
      return all.includes(key) ? [key] : all;
    }
  });
}

/** Throws for bytes that are no sections. */
export function tableNames(bytes: Uint8Array, user: string): boolean {
  const sections = unpackSections(bytes);
  const table = { starts: sections.words(0), bytes: sections.bytes(1) };
  for (let index = 0; index + 1 < table.starts.length; index += 1) {
    const length = table.starts[index + 1]! - table.starts[index]!;
    // Names stand next to each other without a gap: only whole ones are the user's.
    if (length === user.length && nameAt(table, index) === user) return true;
  }
  return false;
}
