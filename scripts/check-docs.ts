/**
 * Holds the tables of the docs to the code that they tell of: rooms, degradation, access, the tenant record. `--write`
 * renews them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderAccess } from "./docs/access-table.ts";
import { renderDegradation } from "./docs/degradation-table.ts";
import { renderRecord } from "./docs/record-table.ts";
import { renderRooms } from "./room-rules.ts";
import { rooms } from "./rooms.ts";

interface Table {
  /** Stands between `<!-- name:start -->` and `<!-- name:end -->`. */
  readonly name: string;
  readonly doc: string;
  readonly text: string;
}

const tables: readonly Table[] = [
  { name: "rooms", doc: "architecture.md", text: renderRooms(rooms) },
  { name: "degradation", doc: "architecture.md", text: renderDegradation() },
  { name: "access", doc: "access.md", text: renderAccess() },
  { name: "record", doc: "tenant-record.md", text: renderRecord() },
];

const folder = join(import.meta.dirname, "../docs");
const write = process.argv.includes("--write");

function problemOf({ name, doc, text }: Table): string | undefined {
  const path = join(folder, doc);
  const marks = { start: `<!-- ${name}:start -->`, end: `<!-- ${name}:end -->` };
  const old = readFileSync(path, "utf8");
  const start = old.indexOf(marks.start);
  const end = old.indexOf(marks.end);
  if (start === -1 || end < start) return `docs/${doc} lacks ${marks.start} … ${marks.end}`;
  const before = old.slice(0, start + marks.start.length);
  const fresh = `${before}\n\n${text}\n\n${old.slice(end)}`;
  if (wordsOf(fresh) === wordsOf(old)) return undefined;
  if (!write) return `docs/${doc} has an old table "${name}": npm run check -- --fix`;
  writeFileSync(path, fresh);
  return undefined;
}

/** The formatter pads the cells of a table; only words count. */
function wordsOf(text: string): string {
  return text.replaceAll(/[ \t]+|-{3,}/g, "");
}

const problems = tables.map(problemOf).filter((problem) => problem !== undefined);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${tables.length} tables of the docs are as the code is`);
