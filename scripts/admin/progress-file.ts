/** How far a run has come, beside its file: removed when the run is complete. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

export interface ProgressFile<Progress> {
  load(): Progress | undefined;
  save(progress: Progress): void;
  remove(): void;
}

export function progressFile<Progress>(path: string): ProgressFile<Progress> {
  return {
    load() {
      try {
        return JSON.parse(readFileSync(path, "utf8")) as Progress;
      } catch {
        // None, or one that a full disk cut short: the run begins anew.
        return undefined;
      }
    },
    save(progress) {
      const draft = `${path}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(progress));
      renameSync(draft, path);
    },
    remove() {
      rmSync(path, { force: true });
    },
  };
}
