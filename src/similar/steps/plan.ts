/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/** Step `plan`: cuts the rest into steps of like work. */
import { hash32 } from "../../domain/hash.ts";
import { degreesOf, itemWork, rangesOfWork } from "../interaction-matrix.ts";
import { packSections } from "../sections.ts";
import { rangeOfHash, type VersionFacts } from "../similar-version.ts";
import { userWork } from "../similar-users.ts";
import type { FoldResult } from "./fold.ts";
import { type StepWork, writeObject } from "./step-work.ts";
import { numbered, userNames, wholeMatrix } from "./whole-matrix.ts";

export type Range = readonly [from: number, to: number];

export interface PlanResult {
  readonly facts: VersionFacts;
  /** Of items. */
  readonly neighbours: readonly Range[];
  /** Of blocks of users. */
  readonly users: readonly Range[];
}

/** Additions into an accumulator: some 2 s, where a step may take 30. */
const NEIGHBOUR_WORK = 200_000_000;
/** Users of a range's items, 5 bytes each beside the matrix: popular items have them all. */
const NEIGHBOUR_USERS = 1_000_000;
/** A meeting of two users is dearer: it is as likely as not to miss the processor's cache. */
const USER_WORK = 200_000_000;
/** Each block is written by a call of its own, of which a step may make 1,000. */
const BLOCKS_PER_STEP = 512;
/** Some 100 KB: 100 items for each. */
const USERS_PER_BLOCK = 128;

export async function plan(work: StepWork): Promise<PlanResult> {
  const matrix = await wholeMatrix(work);
  const { items, neighbours } = await numbered(work);
  const blocks = Math.max(1, 2 ** Math.ceil(Math.log2(matrix.users / USERS_PER_BLOCK)));
  const bounds = new Uint32Array(blocks + 1);
  for await (const name of userNames(work, 0, matrix.users))
    bounds[rangeOfHash(hash32(name), blocks) + 1]! += 1;
  for (let block = 0; block < blocks; block += 1) bounds[block + 1]! += bounds[block]!;
  await writeObject(work, "work/bounds", packSections([bounds]));
  const folded = (await work.stepsOf("fold")).map(({ result }) => result as FoldResult);
  const facts = {
    interactions: matrix.columns.length,
    users: matrix.users,
    profiles: folded.reduce((sum, { profiles }) => sum + profiles, 0),
    content: folded.reduce((sum, { content }) => sum + content, 0),
    items,
    neighbours,
    blocks,
  };
  if (matrix.users === 0) return { facts, neighbours: [], users: [] };
  const perUser = userWork(matrix);
  const perBlock = new Float64Array(blocks);
  for (let block = 0; block < blocks; block += 1) {
    for (let user = bounds[block]!; user < bounds[block + 1]!; user += 1)
      perBlock[block]! += perUser[user]!;
    perBlock[block] = Math.max(perBlock[block]!, USER_WORK / BLOCKS_PER_STEP);
  }
  const perItem = itemWork(matrix);
  for (const [item, degree] of degreesOf(matrix).entries())
    perItem[item] = Math.max(perItem[item]!, degree * (NEIGHBOUR_WORK / NEIGHBOUR_USERS));
  return {
    facts,
    neighbours: rangesOfWork(perItem, NEIGHBOUR_WORK),
    users: rangesOfWork(perBlock, USER_WORK),
  };
}
