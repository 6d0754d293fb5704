/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/** The lists of some users (those of a range of hashes), with the names of all items that they name. */
import type { ItemId, UserId } from "../domain/ids.ts";
import type { WeighedItem } from "./item-neighbours.ts";
import { nameAt, type NameTable, nameTableOf, namesOf } from "./name-table.ts";
import { packSections, unpackSections } from "./sections.ts";
import type { ItemList } from "./similar-users.ts";

export interface UserList extends ItemList {
  readonly user: string;
}

/** `items` of the lists are numbers in `names`. */
export function encodeBlock(lists: readonly UserList[], names: NameTable): Uint8Array {
  const used = [...new Set(lists.flatMap(({ items }) => [...items]))];
  const places = new Map(used.map((item, place) => [item, place]));
  const users = nameTableOf(lists.map(({ user }) => user));
  const items = nameTableOf(used.map((item) => nameAt(names, item)));
  const starts = new Uint32Array(lists.length + 1);
  for (const [index, list] of lists.entries())
    starts[index + 1] = starts[index]! + list.items.length;
  const places32 = new Uint32Array(starts[lists.length]!);
  const weights = new Float32Array(starts[lists.length]!);
  for (const [index, list] of lists.entries()) {
    places32.set(
      list.items.map((item) => places.get(item)!),
      starts[index],
    );
    weights.set(list.weights, starts[index]);
  }
  return packSections([
    users.starts,
    users.bytes,
    items.starts,
    items.bytes,
    starts,
    places32,
    weights,
  ]);
}

export class UserBlock {
  readonly bytes: Uint8Array;
  readonly #users: ReadonlyMap<string, number>;
  readonly #items: NameTable;
  readonly #starts: Uint32Array;
  readonly #places: Uint32Array;
  readonly #weights: Float32Array;

  /** Throws for what {@link encodeBlock} did not write. */
  constructor(bytes: Uint8Array) {
    const sections = unpackSections(bytes);
    const users = namesOf({ starts: sections.words(0), bytes: sections.bytes(1) });
    this.bytes = bytes;
    this.#users = new Map(users.map((user, index) => [user, index]));
    this.#items = { starts: sections.words(2), bytes: sections.bytes(3) };
    this.#starts = sections.words(4);
    this.#places = sections.words(5);
    this.#weights = sections.floats(6);
  }

  /** Best first; empty for a user that nobody is like. */
  of(user: UserId): readonly WeighedItem[] {
    const row = this.#users.get(user);
    if (row === undefined) return [];
    const list: WeighedItem[] = [];
    for (let at = this.#starts[row]!; at < this.#starts[row + 1]!; at += 1) {
      const item = nameAt(this.#items, this.#places[at]!) as ItemId;
      list.push({ item, weight: this.#weights[at]! });
    }
    return list;
  }
}
