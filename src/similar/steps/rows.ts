/** Step `rows`: the pairs of one part as rows of numbers, its users in the order of their hashes. */
import { hash32 } from "../../domain/hash.ts";
import { readPairs } from "../interaction-text.ts";
import { type Interactions, liking } from "../interactions.ts";
import { nameTableOf, namesOf } from "../name-table.ts";
import { packSections, unpackSections } from "../sections.ts";
import { readObject, type StepWork, writeObject } from "./step-work.ts";

export interface RowsResult {
  readonly users: number;
  readonly interactions: number;
}

export async function rows(work: StepWork): Promise<RowsResult> {
  const { index } = work.step;
  const interactions: Interactions = new Map();
  readPairs(await readObject(work, `pairs-${index}`), interactions);
  const names = unpackSections(await readObject(work, "work/names"));
  const numbers = new Map<string, number>();
  for (const [number, name] of namesOf({ starts: names.words(0), bytes: names.bytes(1) }).entries())
    numbers.set(name, number);
  const users = [...interactions.keys()]
    .map((user) => ({ user, hash: hash32(user) }))
    .toSorted((a, b) => a.hash - b.hash || (a.user < b.user ? -1 : 1));
  const starts = [0];
  const columns: number[] = [];
  const strengths: number[] = [];
  const kept: string[] = [];
  for (const { user } of users) {
    const row: { number: number; strength: number }[] = [];
    for (const [item, pair] of interactions.get(user) ?? []) {
      const number = numbers.get(item);
      const strength = liking(pair);
      if (number !== undefined && strength > 0) row.push({ number, strength });
    }
    if (row.length === 0) continue;
    row.sort((a, b) => a.number - b.number);
    for (const { number, strength } of row) {
      columns.push(number);
      strengths.push(strength);
    }
    kept.push(user);
    starts.push(columns.length);
  }
  const sections = [
    Uint32Array.from(starts),
    Uint32Array.from(columns),
    Uint8Array.from(strengths),
  ];
  await writeObject(work, `work/rows-${index}`, packSections(sections));
  const table = nameTableOf(kept);
  await writeObject(work, `work/users-${index}`, packSections([table.starts, table.bytes]));
  return { users: kept.length, interactions: columns.length };
}
