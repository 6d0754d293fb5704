/**
 * An event as the log keeps it: with what it weighed and who it was of when it came. One line of JSON with short keys;
 * the same text travels through the queue, waits in the shard and lies in R2.
 */
import type { ItemId, UserId } from "../domain/ids.ts";
import { EVENT_TYPES, type EventType, type UserEvent } from "./user-event.ts";

/** What is known of the user, as far as counts tell users apart. */
export interface UserGroup {
  readonly gender?: string;
  /** `18-24`, `25-34`, `35-44`, `45+`. */
  readonly age?: string;
  /** Where the user lives, for events that do not say where they happened. */
  readonly country?: string;
}

export interface LoggedEvent extends UserEvent, Pick<UserGroup, "gender" | "age"> {
  /** By the tenant's weights at the time; see `weights.ts`. */
  readonly weight: number;
}

interface Line {
  readonly i: string;
  readonly y: EventType;
  readonly u: UserId;
  readonly m: ItemId;
  readonly t: number;
  readonly w?: number;
  readonly l?: number;
  readonly r?: number;
  readonly x?: 1;
  readonly c?: string;
  readonly d?: string;
  /** Applied; on the way only, not in the log. */
  readonly p?: 1;
  readonly g?: string;
  readonly a?: string;
  /** Weight. */
  readonly s?: number;
}

/** No line feed: JSON has none. */
export function writeLogLine(event: UserEvent & Partial<LoggedEvent>): string {
  const line: Line = {
    i: event.id,
    y: event.type,
    u: event.user,
    m: event.item,
    t: event.atMs,
    ...(event.watchedSeconds === undefined ? {} : { w: event.watchedSeconds }),
    ...(event.totalSeconds === undefined ? {} : { l: event.totalSeconds }),
    ...(event.rating === undefined ? {} : { r: event.rating }),
    ...(event.removed === undefined ? {} : { x: 1 }),
    ...(event.country === undefined ? {} : { c: event.country }),
    ...(event.device === undefined ? {} : { d: event.device }),
    ...(event.applied === undefined ? {} : { p: 1 }),
    ...(event.gender === undefined ? {} : { g: event.gender }),
    ...(event.age === undefined ? {} : { a: event.age }),
    ...(event.weight === undefined ? {} : { s: event.weight }),
  };
  return JSON.stringify(line);
}

/** Throws for a text that no release wrote. */
export function readLogLine(text: string): LoggedEvent {
  const line = JSON.parse(text) as Line;
  if (typeof line?.i !== "string" || !EVENT_TYPES.includes(line.y) || !(line.t > 0)) {
    throw new Error("this is no line of an event log");
  }
  return {
    id: line.i,
    type: line.y,
    user: line.u,
    item: line.m,
    atMs: line.t,
    ...(line.w === undefined ? {} : { watchedSeconds: line.w }),
    ...(line.l === undefined ? {} : { totalSeconds: line.l }),
    ...(line.r === undefined ? {} : { rating: line.r }),
    ...(line.x === undefined ? {} : { removed: true }),
    ...(line.c === undefined ? {} : { country: line.c }),
    ...(line.d === undefined ? {} : { device: line.d }),
    ...(line.p === undefined ? {} : { applied: true }),
    ...(line.g === undefined ? {} : { gender: line.g }),
    ...(line.a === undefined ? {} : { age: line.a }),
    weight: line.s ?? 0,
  };
}

/** The events of one file of the log, in its order. */
export function* readLogLines(text: string): Generator<LoggedEvent> {
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end === -1 ? text.length : end);
    if (line !== "") yield readLogLine(line);
    at = end === -1 ? text.length : end + 1;
  }
}
