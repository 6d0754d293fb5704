/** A log on disk, and everything that steps read and write there: one process a step, as one invocation a step. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { readLogLines, writeLogLine } from "../../src/events/logged-event.ts";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { randomFrom } from "../demo/random.ts";
import type { Artefacts } from "../../src/similar/artefacts.ts";
import type { LogFile } from "../../src/similar/log-files.ts";
import { MemorySimilarBook } from "../../src/similar/memory-similar-book.ts";
import type { StepMessage } from "../../src/similar/run-step.ts";
import type { UpdatePorts } from "../../src/similar/update-similarities.ts";

export const TENANT = "bench" as TenantId;
const EVENTS_PER_FILE = 20_000;
/** How unequal items and users are: the most liked of 16,000 items has some 1 % of all likes. */
const ITEM_SKEW = 0.75;
const USER_SKEW = 0.5;
/** Users of one taste share most of their items. */
const TASTES = 50;

export interface Scale {
  readonly likes: number;
  readonly items: number;
  readonly users: number;
}

/** Writes likes of made-up users: each has a taste, and items are popular within it by Zipf's law. */
export function writeLog(folder: string, { likes, items, users }: Scale, nowMs: number): void {
  const chance = randomFrom(7);
  const random = (): number => chance.uniform();
  const itemAt = zipf(Math.ceil(items / TASTES), ITEM_SKEW, random);
  const userAt = zipf(users, USER_SKEW, random);
  const files: LogFile[] = [];
  for (let from = 0; from < likes; from += EVENTS_PER_FILE) {
    const lines: string[] = [];
    for (let at = from; at < Math.min(likes, from + EVENTS_PER_FILE); at += 1) {
      // The first likes see to it that every user and every item is there.
      const user = at < users ? at : userAt();
      const taste = random() < 0.8 ? user % TASTES : Math.floor(random() * TASTES);
      const item = at < items ? at : Math.min(items - 1, itemAt() * TASTES + taste);
      lines.push(
        writeLogLine({
          id: `${at}`,
          type: "like",
          user: `user-${String(user).padStart(12, "0")}` as UserId,
          item: `item-${String(item).padStart(12, "0")}` as ItemId,
          atMs: nowMs - at,
          weight: 3,
        }),
      );
    }
    const seq = files.length + 1;
    const name = `log-${seq}`;
    write(folder, name, Buffer.from(`${lines.join("\n")}\n`));
    files.push({ shard: 0, seq, name, events: lines.length });
  }
  write(folder, "manifest.json", Buffer.from(JSON.stringify(files)));
}

export interface DiskPorts extends UpdatePorts {
  readonly sent: StepMessage[];
  readonly ended: Record<string, number>[];
  /** Keeps the book for the next process. */
  save(): void;
}

export function diskPorts(folder: string): DiskPorts {
  const book = new MemorySimilarBook();
  const bookFile = join(folder, "book.json");
  if (existsSync(bookFile)) {
    const entries = JSON.parse(readFileSync(bookFile, "utf8")) as (Omit<Entry, "steps"> & {
      steps: [string, never][];
    })[];
    for (const entry of entries) book.entries.push({ ...entry, steps: new Map(entry.steps) });
  }
  const sent: StepMessage[] = [];
  const ended: Record<string, number>[] = [];
  return {
    book,
    artefacts: diskArtefacts(folder),
    sent,
    ended,
    logFiles: {
      after: (_tenant, place) => {
        const files = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as LogFile[];
        return Promise.resolve(files.filter(({ shard, seq }) => seq > (place[shard] ?? 0)));
      },
      events: ({ name }) => Promise.resolve(readLogLines(readFileSync(join(folder, name), "utf8"))),
    },
    removedUsers: { of: () => Promise.resolve(new Map()) },
    send: (messages) => Promise.resolve(void sent.push(...messages)),
    finishRun: (_version, counts) => Promise.resolve(void ended.push(counts)),
    passRun: () => Promise.resolve(),
    save: () => {
      const entries = book.entries.map((entry) => ({ ...entry, steps: [...entry.steps] }));
      writeFileSync(bookFile, JSON.stringify(entries));
    },
  };
}

type Entry = MemorySimilarBook["entries"][number];

const diskArtefacts = (folder: string): Artefacts => ({
  read: (name) => {
    const file = join(folder, name);
    if (!existsSync(file)) return Promise.resolve(undefined);
    const bytes = readFileSync(file);
    // Node cuts small files out of a shared pool; a bucket's answer is a buffer of its own.
    return Promise.resolve(bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes));
  },
  readRange: (name, offset, length) => {
    const file = join(folder, name);
    if (!existsSync(file)) return Promise.resolve(undefined);
    // As a bucket does: the whole file would be memory of the step.
    const bytes = new Uint8Array(length);
    const descriptor = openSync(file, "r");
    const read = readSync(descriptor, bytes, 0, length, offset);
    closeSync(descriptor);
    return Promise.resolve(bytes.subarray(0, read));
  },
  write: (name, bytes) => Promise.resolve(write(folder, name, bytes)),
  removeAll: (prefix) => {
    rmSync(join(folder, prefix), { recursive: true, force: true });
    return Promise.resolve(0);
  },
});

function write(folder: string, name: string, bytes: Uint8Array): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

/** Ranks from 0 to count - 1, by inversion of the continuous law. */
const zipf = (count: number, skew: number, random: () => number) => (): number =>
  Math.min(count - 1, Math.floor(count * random() ** (1 / (1 - skew))));
