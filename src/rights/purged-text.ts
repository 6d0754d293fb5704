/** A file of the log without some users. */
import type { UserId } from "../domain/ids.ts";
import { readLogLine, type LoggedEvent } from "../events/logged-event.ts";
import type { Gone } from "./log-purge.ts";

export interface PurgedText {
  readonly text: string;
  readonly events: number;
  readonly removed: ReadonlyMap<UserId, number>;
}

/** Undefined: there is nothing of them in it. Lines that stay are not touched. */
export function purgedText(text: string, gone: Gone): PurgedText | undefined {
  const named = [...gone.keys()].filter((user) => mayHold(text, user));
  if (named.length === 0) return undefined;
  const removed = new Map<UserId, number>();
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const { user, atMs } = readLogLine(line);
    const untilMs = gone.get(user);
    if (untilMs === undefined || atMs > untilMs) kept.push(line);
    else removed.set(user, (removed.get(user) ?? 0) + 1);
  }
  if (removed.size === 0) return undefined;
  return { text: kept.map((line) => `${line}\n`).join(""), events: kept.length, removed };
}

export function* linesOf(text: string, user: UserId): Generator<LoggedEvent> {
  if (!mayHold(text, user)) return;
  for (const line of text.split("\n")) {
    if (line === "" || !mayHold(line, user)) continue;
    const event = readLogLine(line);
    if (event.user === user) yield event;
  }
}

/** Ids need no escape in JSON, so that most files are passed over without being parsed. */
const mayHold = (text: string, user: UserId): boolean => text.includes(`"${user}"`);
