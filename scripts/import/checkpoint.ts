/**
 * How far an import has come, so that the same command continues after an interruption. One small file per
 * tenant, file and options, removed when the import is complete.
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { type ProgressFile, progressFile } from "../admin/progress-file.ts";

export interface ImportProgress {
  /** Records from the beginning of the file, without a gap, that are in or were rejected. */
  readonly records: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Added to every time; a continued import must go on with the same. */
  readonly shiftMs: number;
}

export type Checkpoint = ProgressFile<ImportProgress>;

export const NO_CHECKPOINT: Checkpoint = {
  load: () => undefined,
  save: () => undefined,
  remove: () => undefined,
};

/** What must be the same for an import to be the same. `head` is the beginning of the file. */
export interface ImportIdentity {
  readonly tenant: string;
  readonly url: string;
  readonly kind: string;
  readonly file: string;
  readonly head: Uint8Array;
  readonly options: Readonly<Record<string, unknown>>;
}

export async function openCheckpoint(
  folder: string,
  identity: ImportIdentity,
): Promise<Checkpoint> {
  const { tenant, url, kind, file, head, options } = identity;
  const { size, mtimeMs } = await stat(file);
  const hash = createHash("sha256")
    .update(JSON.stringify([tenant, url, kind, await realpath(file), size, mtimeMs, options]))
    .update(head)
    .digest("hex");
  const record = path.join(folder, `${tenant}-${kind}-${hash.slice(0, 16)}.json`);
  // One that a full disk cut short is none: the import begins anew, which upserts allow.
  const kept = progressFile<ImportProgress & Pick<ImportIdentity, "file" | "url">>(record);
  return {
    ...kept,
    save(progress) {
      mkdirSync(folder, { recursive: true });
      kept.save({ ...progress, file: path.basename(file), url });
    },
  };
}
