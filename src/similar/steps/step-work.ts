/** What a step works with. */
import type { Artefacts } from "../artefacts.ts";
import type { LogFiles } from "../log-files.ts";
import type { RemovedUsers } from "../removed-users.ts";
import { objectName, type Phase, type SimilarVersion, type Step } from "../similar-version.ts";

export interface StepPorts {
  readonly artefacts: Artefacts;
  readonly logFiles: LogFiles;
  readonly removedUsers: RemovedUsers;
}

export interface StepWork {
  readonly ports: StepPorts;
  readonly version: SimilarVersion;
  readonly step: Step;
  readonly nowMs: number;
  /** Steps of an earlier phase, all of them done, by index. */
  stepsOf(phase: Phase): Promise<readonly Step[]>;
}

export async function readObject(
  { ports, version }: Pick<StepWork, "ports" | "version">,
  name: string,
): Promise<Uint8Array> {
  const bytes = await ports.artefacts.read(objectName(version, name));
  if (bytes === undefined) throw new Error(`${objectName(version, name)} is missing`);
  return bytes;
}

export const writeObject = (
  { ports, version }: Pick<StepWork, "ports" | "version">,
  name: string,
  bytes: Uint8Array,
): Promise<void> => ports.artefacts.write(objectName(version, name), bytes);
