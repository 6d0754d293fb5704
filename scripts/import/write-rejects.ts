/** Rejected rows: the first ones on the console, all of them in the file of `--rejects`. */
import { closeSync, openSync, writeSync } from "node:fs";
import { wholeNumber } from "../start/steps.ts";
import type { RejectedRow } from "./push-rows.ts";

const SHOWN = 10;

export interface RejectsWriter {
  readonly add: (row: RejectedRow) => void;
  /** Says how many were not shown. */
  readonly end: () => void;
}

export interface RejectsOptions {
  readonly source: string;
  /** One JSON object a line: `line`, `reason` and the row as it was read. */
  readonly file?: string;
  /** A continued import adds to what its first part wrote. */
  readonly append: boolean;
  readonly say: (line: string) => void;
}

export function writeRejects({ source, file, append, say }: RejectsOptions): RejectsWriter {
  const handle = file === undefined ? undefined : openSync(file, append ? "a" : "w");
  let count = 0;
  return {
    add(row) {
      count += 1;
      if (count <= SHOWN) say(`  ${source}:${row.line}  ${row.reason}`);
      if (handle !== undefined) writeSync(handle, `${JSON.stringify(row)}\n`);
    },
    end() {
      if (handle !== undefined) closeSync(handle);
      const others = count - SHOWN;
      if (others <= 0) return;
      const where = file === undefined ? "--rejects FILE writes them all" : `all are in ${file}`;
      say(`  … and ${wholeNumber(others)} more rejected rows; ${where}`);
    },
  };
}
