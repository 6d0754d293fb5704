/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/** Step `split`: some files of the log become one object of pairs, cut by user into parts. */
import { hash32 } from "../../domain/hash.ts";
import { writeLines, pairLine } from "../interaction-text.ts";
import { since, wordOf } from "../interactions.ts";
import type { LogFile } from "../log-files.ts";
import { removalTimes } from "../removed-users.ts";
import { rangeOfHash } from "../similar-version.ts";
import { type StepWork, writeObject } from "./step-work.ts";

export interface SplitSpec {
  readonly files: readonly LogFile[];
}

export interface SplitResult {
  /** Where each part starts in the object, and where the last ends. */
  readonly bounds: readonly number[];
  readonly events: number;
}

export async function split(work: StepWork): Promise<SplitResult> {
  const { files } = work.step.spec as SplitSpec;
  const { parts } = work.version.plan;
  const removedAtMs = await removalTimes(work.ports.removedUsers, work.version.tenant);
  const lines: string[][] = Array.from({ length: parts }, () => []);
  let events = 0;
  for (const file of files) {
    for (const event of await work.ports.logFiles.events(file)) {
      events += 1;
      const word = wordOf(event);
      const pair = word && since(word, removedAtMs(event.user));
      if (pair === undefined) continue;
      lines[rangeOfHash(hash32(event.user), parts)]!.push(pairLine(event.user, event.item, pair));
    }
  }
  const bounds = [0];
  for (const part of lines) {
    // Ids are ASCII: a character is a byte.
    bounds.push(part.reduce((sum, line) => sum + line.length, bounds.at(-1)!));
  }
  await writeObject(
    work,
    `work/chunk-${work.step.index}`,
    writeLines(() => lines.flat()),
  );
  return { bounds, events };
}
