/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/** Step `fold`: the pairs of one part of the users, as the last version left them, with what came since. */
import { COLLABORATIVE_FROM } from "../defaults.ts";
import { readPairs, writeLines, writePairs } from "../interaction-text.ts";
import { countUsers, forget, type Interactions, liking, prune } from "../interactions.ts";
import { removalTimes } from "../removed-users.ts";
import { objectName } from "../similar-version.ts";
import type { SplitResult } from "./split.ts";
import { type StepWork, writeObject } from "./step-work.ts";

export interface FoldResult {
  readonly pairs: number;
  /** As in `VersionFacts`, of this part. */
  readonly profiles: number;
  readonly content: number;
}

export async function fold(work: StepWork): Promise<FoldResult> {
  const { version, ports, step, nowMs } = work;
  const { tenant, plan } = version;
  const interactions: Interactions = new Map();
  if (plan.base !== undefined) {
    const name = objectName({ tenant, version: plan.base }, `pairs-${step.index}`);
    const bytes = await ports.artefacts.read(name);
    if (bytes === undefined) throw new Error(`${name} is missing`);
    readPairs(bytes, interactions);
    forget(interactions, await removalTimes(ports.removedUsers, tenant));
  }
  for (const chunk of await work.stepsOf("split")) {
    const { bounds } = chunk.result as SplitResult;
    const from = bounds[step.index]!;
    const length = bounds[step.index + 1]! - from;
    if (length === 0) continue;
    const name = objectName(version, `work/chunk-${chunk.index}`);
    const bytes = await ports.artefacts.readRange(name, from, length);
    if (bytes === undefined) throw new Error(`${name} is missing`);
    readPairs(bytes, interactions);
  }
  prune(interactions, nowMs);
  await writeObject(work, `pairs-${step.index}`, writePairs(interactions));
  const counts = new Map<string, number>();
  let pairs = 0;
  for (const items of interactions.values()) {
    pairs += items.size;
    for (const [item, pair] of items)
      if (liking(pair) > 0) counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  await writeObject(
    work,
    `work/counts-${step.index}`,
    writeLines(function* lines() {
      for (const [item, count] of counts) yield `${item}\t${count}\n`;
    }),
  );
  return { pairs, ...countUsers(interactions, COLLABORATIVE_FROM) };
}
