/** Step `publish`: the neighbours of all items as one object. What is left is to name the version. */
import { decodeRows, ItemNeighbours, joinRows, type PackedRows } from "../item-neighbours.ts";
import { unpackSections } from "../sections.ts";
import type { VersionFacts } from "../similar-version.ts";
import type { ComputeSpec } from "./compute.ts";
import type { PlanResult } from "./plan.ts";
import { readObject, type StepWork, writeObject } from "./step-work.ts";

export async function publish(work: StepWork): Promise<VersionFacts> {
  const parts: PackedRows[] = [];
  for (const { index, spec } of await work.stepsOf("compute")) {
    if ((spec as ComputeSpec).of !== "neighbours") continue;
    parts.push(decodeRows(await readObject(work, `work/neighbours-${index}`)));
  }
  const names = unpackSections(await readObject(work, "work/names"));
  const table = { starts: names.words(0), bytes: names.bytes(1) };
  await writeObject(work, "items", new ItemNeighbours(table, joinRows(parts)).encode());
  const [plan] = await work.stepsOf("plan");
  if (plan === undefined) throw new Error("the version has no plan");
  return (plan.result as PlanResult).facts;
}
