/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/** All parts of the matrix as one, and the names of some of its users. */
import type { InteractionMatrix } from "../interaction-matrix.ts";
import { nameAt } from "../name-table.ts";
import { unpackSections } from "../sections.ts";
import type { NumberResult } from "./number.ts";
import type { RowsResult } from "./rows.ts";
import { readObject, type StepWork } from "./step-work.ts";

/** 5 bytes an interaction and 4 a user, and one part at a time beside it. */
export async function wholeMatrix(work: StepWork): Promise<InteractionMatrix> {
  const parts = (await work.stepsOf("rows")).map(({ result }) => result as RowsResult);
  const items = await numbered(work);
  const users = parts.reduce((sum, part) => sum + part.users, 0);
  const interactions = parts.reduce((sum, part) => sum + part.interactions, 0);
  const starts = new Uint32Array(users + 1);
  const columns = new Uint32Array(interactions);
  const strengths = new Uint8Array(interactions);
  let user = 0;
  let at = 0;
  for (const index of parts.keys()) {
    const part = unpackSections(await readObject(work, `work/rows-${index}`));
    const partStarts = part.words(0);
    for (let row = 1; row < partStarts.length; row += 1) starts[user + row] = at + partStarts[row]!;
    columns.set(part.words(1), at);
    strengths.set(part.bytes(2), at);
    user += partStarts.length - 1;
    at += part.words(1).length;
  }
  return { users, items: items.items, starts, columns, strengths };
}

export async function numbered(work: StepWork): Promise<NumberResult> {
  const [step] = await work.stepsOf("number");
  return step?.result as NumberResult;
}

/** Names of users by number, one part in memory at a time. Asked in the order of numbers, each part is read once. */
export async function* userNames(work: StepWork, from: number, to: number): AsyncGenerator<string> {
  const parts = (await work.stepsOf("rows")).map(({ result }) => result as RowsResult);
  let first = 0;
  for (const [index, { users }] of parts.entries()) {
    const last = first + users;
    if (first < to && last > from) {
      const part = unpackSections(await readObject(work, `work/users-${index}`));
      const table = { starts: part.words(0), bytes: part.bytes(1) };
      for (let user = Math.max(from, first); user < Math.min(to, last); user += 1)
        yield nameAt(table, user - first);
    }
    first = last;
  }
}
