/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/** Step `compute`: the neighbours of a range of items, or the lists of a range of blocks of users. */
import { DEFAULT_WEIGHTING } from "../defaults.ts";
import { encodeRows, packRows } from "../item-neighbours.ts";
import { neighbourRows } from "../neighbours.ts";
import { unpackSections } from "../sections.ts";
import { listsByUsersLike } from "../similar-users.ts";
import { encodeBlock, type UserList } from "../user-block.ts";
import type { Range } from "./plan.ts";
import { readObject, type StepWork, writeObject } from "./step-work.ts";
import { numbered, userNames, wholeMatrix } from "./whole-matrix.ts";

export interface ComputeSpec {
  readonly of: "neighbours" | "users";
  /** Items, or blocks. */
  readonly range: Range;
}

export async function compute(work: StepWork): Promise<Record<string, number>> {
  const spec = work.step.spec as ComputeSpec;
  return spec.of === "neighbours"
    ? computeNeighbours(work, spec.range)
    : computeUsers(work, spec.range);
}

async function computeNeighbours(
  work: StepWork,
  [from, to]: Range,
): Promise<Record<string, number>> {
  const { neighbours: k } = await numbered(work);
  const matrix = await wholeMatrix(work);
  const rows = packRows(neighbourRows(matrix, { from, to, k, weighting: DEFAULT_WEIGHTING }));
  await writeObject(work, `work/neighbours-${work.step.index}`, encodeRows(rows));
  return { neighbours: rows.items.length };
}

async function computeUsers(work: StepWork, [from, to]: Range): Promise<Record<string, number>> {
  const bounds = unpackSections(await readObject(work, "work/bounds")).words(0);
  const sections = unpackSections(await readObject(work, "work/names"));
  const names = { starts: sections.words(0), bytes: sections.bytes(1) };
  const listOf = listsByUsersLike(await wholeMatrix(work));
  const users = userNames(work, bounds[from]!, bounds[to]!);
  let lists: UserList[] = [];
  let block = from;
  let listed = 0;
  let user = bounds[from]!;
  const flush = async (): Promise<void> => {
    await writeObject(work, `block-${block}`, encodeBlock(lists, names));
    lists = [];
    block += 1;
  };
  for await (const name of users) {
    while (user >= bounds[block + 1]!) await flush();
    const list = listOf(user);
    if (list.items.length > 0) {
      lists.push({ user: name, ...list });
      listed += 1;
    }
    user += 1;
  }
  while (block < to) await flush();
  return { listed };
}
