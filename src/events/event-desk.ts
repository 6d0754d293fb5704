/** What a shard decides: an event counts once, and what counts waits until the log and the counts have it. */
import { DAY_MS, dayOf } from "../domain/epoch-time.ts";
import { digestOf } from "../domain/digest.ts";
import { countEvents, type Counted, type EventCounts } from "./count-events.ts";
import { knownName } from "./event-id.ts";
import { type LoggedEvent, readLogLines, writeLogLine } from "./logged-event.ts";
import type { ShardKey } from "./event-shards.ts";
import type { ShardRecords } from "./shard-records.ts";

/** Events are refused when they are 7 days old; a queue and its dead letters may hold them for some more. */
const KNOWN_DAYS = 9;
/** A file of the log: some 25,000 events, 4 MB, and 20 MB as objects while they are counted. */
const FILE_CHARACTERS = 4_000_000;

/** One file of the log. */
export interface EventFile extends ShardKey {
  readonly seq: number;
  /** Epoch day of arrival. */
  readonly day: number;
  readonly name: string;
  readonly events: number;
  readonly bytes: number;
  /** Times of its events, the earliest and the latest. */
  readonly minMs: number;
  readonly maxMs: number;
  /** SHA-256 of its text. */
  readonly digest: string;
}

/** Where a shard writes what it has recorded. */
export interface EventSinks {
  readonly log: EventLog;
  readonly ledger: CountLedger;
}

/** Immutable files: the same name is written with the same text only. */
export interface EventLog {
  put(name: string, text: string): Promise<void>;
  /** The text of a file; undefined when there is none. */
  read(name: string): Promise<string | undefined>;
}

export interface CountLedger {
  /** Notes the file and adds its counts, both or neither. A file that is noted already adds nothing. */
  add(file: EventFile, counts: EventCounts, nowMs: number): Promise<"added" | "known">;
}

/** `events/<tenant>/<yyyy-mm-dd of arrival>/<shard>-<seq>.ndjson`. */
export function fileName({ tenant, shard }: ShardKey, day: number, seq: number): string {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  return `events/${tenant}/${date}/${shard}-${seq}.ndjson`;
}

/** What the manifest and the counts say of a file with this text, which may have been counted already. */
export function countedFile(
  key: ShardKey,
  { day, seq }: Pick<EventFile, "day" | "seq">,
  text: string,
  counted: Counted = countEvents(readLogLines(text)),
): { readonly file: EventFile; readonly counts: EventCounts } {
  const { counts, events, minMs, maxMs } = counted;
  const bytes = new TextEncoder().encode(text).length;
  const name = fileName(key, day, seq);
  const file = { ...key, seq, day, name, events, bytes, minMs, maxMs, digest: digestOf(text) };
  return { file, counts };
}

/** Of these ids the ones that were not recorded. */
export function unknownIds(records: ShardRecords, ids: readonly string[]): readonly string[] {
  const names = ids.map(knownName);
  const known = records.known(names);
  return ids.filter((_, at) => !known.has(names[at] ?? ""));
}

/** Records what is not recorded yet; returns how many that were. */
export function recordEvents(
  records: ShardRecords,
  events: readonly LoggedEvent[],
  nowMs: number,
): number {
  const byName = new Map<string, LoggedEvent>();
  for (const event of events) {
    const name = knownName(event.id);
    if (!byName.has(name)) byName.set(name, event);
  }
  const day = dayOf(nowMs);
  return records.together(() => {
    const fresh = records.keep([...byName.keys()], day);
    if (fresh.size === 0) return 0;
    let text = "";
    for (const [name, event] of byName) if (fresh.has(name)) text += `${writeLogLine(event)}\n`;
    records.append({ day, events: fresh.size, text });
    return fresh.size;
  });
}

/**
 * Writes one file: plans it, puts it into the log, counts it, and lets go of it. Whatever fails, and however often it
 * is repeated, the plan is the same until the last step, so the file is, and it is counted once.
 */
export async function flushFile(
  records: ShardRecords,
  sinks: EventSinks,
  key: ShardKey,
  nowMs: number,
): Promise<"flushed" | "empty"> {
  const plan = records.plan() ?? records.makePlan(nowMs, FILE_CHARACTERS);
  if (plan === undefined) return "empty";
  const text = records
    .planned(plan)
    .map((entry) => entry.text)
    .join("");
  await sinks.log.put(fileName(key, plan.day, plan.seq), text);
  const { file, counts } = countedFile(key, plan, text);
  await sinks.ledger.add(file, counts, nowMs);
  records.finish(plan);
  return "flushed";
}

/** Ids that nobody can send any more. */
export function dropOldIds(records: ShardRecords, nowMs: number): void {
  records.dropBefore(dayOf(nowMs) - KNOWN_DAYS);
}
