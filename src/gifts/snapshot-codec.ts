/** A snapshot as the bytes that stores keep. */
import type { Codec } from "../cache/codec.ts";
import { hash32 } from "../domain/hash.ts";
import type { ItemId } from "../domain/ids.ts";
import { factsText, parseFactsText } from "../pools/facts-text.ts";
import { GROUP_COUNT } from "../popularity/groups.ts";
import {
  type Attribute,
  ATTRIBUTES,
  type GiftSnapshot,
  type SparseScores,
  type ValueColumn,
} from "./gift-snapshot.ts";
import { type Column, packColumns, unpackColumns } from "./packed-columns.ts";

interface Head {
  readonly version: number;
  readonly values: Readonly<Record<Attribute, ValueColumn["values"]>>;
  /** Groups that have scores. */
  readonly groups: readonly number[];
  readonly countries: readonly (readonly [country: string, group: number])[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** No id has one. */
const BETWEEN_IDS = "\n";
/** Of an id as text and in the table, beside the bytes themselves. */
const BYTES_PER_ITEM = 60;
/** Orders that lists keep beside it, see `popular-order.ts`. */
const ORDERS_KEPT = 8;

export type SnapshotColumns = Omit<GiftSnapshot, "bytes" | "indexOf">;

export function encodeSnapshot(snapshot: SnapshotColumns): Uint8Array {
  const { version, ids, attributes, scores, countries } = snapshot;
  const groups = scores.flatMap((column, group) => (column === undefined ? [] : [group]));
  const columns = new Map<string, Column>([
    ["ids", encoder.encode(ids.join(BETWEEN_IDS))],
    ["facts", encoder.encode(factsText(snapshot.facts))],
    ["prices", snapshot.prices],
    ["bases", snapshot.bases],
    ["by_base", snapshot.byBase],
    ["trending", snapshot.trending],
    ["under_exposed", snapshot.underExposed],
  ]);
  for (const name of ATTRIBUTES) columns.set(name, attributes[name].codes);
  for (const group of groups) columns.set(`group ${group}`, scores[group] ?? new Float32Array());
  const told: [string, number][] = [];
  for (const [country, byGroup] of countries) {
    for (const [group, sparse] of byGroup) {
      told.push([country, group]);
      columns.set(`${country} ${group} items`, sparse.items);
      columns.set(`${country} ${group} scores`, sparse.scores);
    }
  }
  const values = Object.fromEntries(ATTRIBUTES.map((name) => [name, attributes[name].values]));
  return packColumns({ version, values, groups, countries: told }, columns);
}

/** Throws for bytes that {@link encodeSnapshot} did not write. */
export function decodeSnapshot(bytes: Uint8Array): GiftSnapshot {
  const { head, column } = unpackColumns(bytes);
  const { version, values, groups, countries: told } = head as Head;
  const text = decoder.decode(column("ids", "u1"));
  const ids = (text === "" ? [] : text.split(BETWEEN_IDS)) as ItemId[];
  const countries = new Map<string, Map<number, SparseScores>>();
  for (const [country, group] of told) {
    const byGroup = countries.get(country) ?? new Map<number, SparseScores>();
    countries.set(country, byGroup);
    byGroup.set(group, {
      items: column(`${country} ${group} items`, "u4"),
      scores: column(`${country} ${group} scores`, "f4"),
    });
  }
  const attributes = Object.fromEntries(
    ATTRIBUTES.map((name) => [name, { codes: column(name, "u4"), values: values[name] }]),
  ) as Record<Attribute, ValueColumn>;
  return {
    version,
    ids,
    facts: parseFactsText(decoder.decode(column("facts", "u1"))),
    prices: column("prices", "f8"),
    bases: column("bases", "f8"),
    byBase: column("by_base", "u4"),
    attributes,
    scores: Array.from({ length: GROUP_COUNT }, (_, group) =>
      groups.includes(group) ? column(`group ${group}`, "f4") : undefined,
    ),
    countries,
    trending: column("trending", "u4"),
    underExposed: column("under_exposed", "u4"),
    bytes,
    indexOf: indexOver(ids),
  };
}

export const snapshotCodec: Codec<GiftSnapshot> = {
  encode: ({ bytes }) => bytes,
  decode: decodeSnapshot,
  sizeBytes: ({ bytes, ids }) =>
    bytes.byteLength * 2 +
    ids.length * (BYTES_PER_ITEM + ORDERS_KEPT * Uint32Array.BYTES_PER_ELEMENT),
};

/** Open addressing: index + 1, or 0 for an empty slot. A `Map` would be ten times as large. */
function indexOver(ids: readonly ItemId[]): (id: ItemId) => number | undefined {
  const slots = 2 ** Math.ceil(Math.log2(ids.length * 2 + 2));
  const table = new Uint32Array(slots);
  const next = (slot: number): number => (slot + 1) & (slots - 1);
  ids.forEach((id, index) => {
    let slot = hash32(id) & (slots - 1);
    while (table[slot] !== 0) slot = next(slot);
    table[slot] = index + 1;
  });
  return (id) => {
    for (let slot = hash32(id) & (slots - 1); ; slot = next(slot)) {
      const entry = table[slot] ?? 0;
      if (entry === 0) return undefined;
      if (ids[entry - 1] === id) return entry - 1;
    }
  };
}
