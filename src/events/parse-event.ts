/** One record of a sender to one event, or the reason why not. */
import { isCountry } from "../domain/countries.ts";
import { type ItemId, parseItemId, parseUserId, type UserId } from "../domain/ids.ts";
import { derivedId } from "./event-id.ts";
import { eventTypeByFields, eventTypeOf } from "./event-names.ts";
import { FUTURE_SKEW_MS, LATE_LIMIT_MS, readEventTime } from "./event-time.ts";
import type { EventType, UserEvent } from "./user-event.ts";

/** A record, and what its envelope says of it. */
export interface SentRecord {
  readonly fields: Readonly<Record<string, unknown>>;
  /** The name of the event: CloudEvents' `type`, or the topic of Kafka. */
  readonly name?: string;
  readonly id?: string;
  readonly time?: unknown;
}

export type ParsedEvent =
  | { readonly ok: true; readonly event: UserEvent }
  | { readonly ok: false; readonly reason: string };

const ID_RULE = "must be 1 to 128 of A-Z a-z 0-9 . _ ~ : @ | + = -";
const EVENT_ID = /^[\x21-\x7e]{1,128}$/;
const LOWEST_RATING = 1;
const HIGHEST_RATING = 5;
/** A day: what is longer is a mistake of units. */
const SECONDS_LIMIT = 86_400;
const DEVICE_LIMIT = 64;

class Fault extends Error {}

const refuse = (reason: string): never => {
  throw new Fault(reason);
};

/** Reads one record. `nowMs`: when it came, which is also its time where it says none. */
export function parseEvent(record: SentRecord, nowMs: number): ParsedEvent {
  try {
    return { ok: true, event: readEvent(record, nowMs) };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, reason: error.message };
    throw error;
  }
}

function readEvent(record: SentRecord, nowMs: number): UserEvent {
  const { fields } = record;
  const type = readType(record);
  const said = {
    type,
    user: readUser(fields["user_id"]),
    item: readItem(fields["item_id"] ?? fields["video_id"]),
    atMs: readTime(fields["time"] ?? fields["timestamp"] ?? record.time, nowMs),
    ...readDetails(type, fields),
    ...readCircumstances(fields),
  };
  const id = record.id ?? readId(fields["id"] ?? fields["event_id"]);
  return { id: id ?? derivedId(said), ...said };
}

function readType({ fields, name }: SentRecord): EventType {
  const own = fields["event_type"] ?? fields["type"];
  if (own !== undefined && own !== null) {
    if (typeof own !== "string") return refuse("type: must be text");
    return eventTypeOf(own) ?? refuse(`type: ${own.slice(0, 64)} is not known`);
  }
  const named = name === undefined ? undefined : eventTypeOf(name);
  return named ?? eventTypeByFields(fields) ?? refuse("type: missing");
}

/** Numbers are ids too: system E's users and items had them. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "string"
    ? value
    : Number.isSafeInteger(value)
      ? (value as number).toString()
      : undefined;

function readUser(value: unknown): UserId {
  const text = textOf(value) ?? refuse("user_id: missing");
  return parseUserId(text) ?? refuse(`user_id: ${ID_RULE}`);
}

function readItem(value: unknown): ItemId {
  const text = textOf(value) ?? refuse("item_id: missing");
  return parseItemId(text) ?? refuse(`item_id: ${ID_RULE}`);
}

function readId(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = textOf(value);
  if (text !== undefined && EVENT_ID.test(text)) return text;
  return refuse("id: must be 1 to 128 printable characters without spaces");
}

function readTime(value: unknown, nowMs: number): number {
  if (value === undefined || value === null) return nowMs;
  const atMs =
    readEventTime(value) ?? refuse("time: must be ISO 8601, or a number of (milli)seconds");
  if (atMs > nowMs + FUTURE_SKEW_MS) return refuse("time: is in the future");
  return atMs < nowMs - LATE_LIMIT_MS ? refuse("time: is more than 7 days ago") : atMs;
}

type Details = Pick<UserEvent, "watchedSeconds" | "totalSeconds" | "rating" | "removed">;

/** What only one type has; of another type it is passed over. */
function readDetails(type: EventType, fields: SentRecord["fields"]): Details {
  if (type === "rate") return { rating: readRating(fields["rating"]) };
  if (type === "watchlist") return isRemoved(fields["action"]) ? { removed: true } : {};
  if (type !== "watch") return {};
  const watched = readSeconds("watched_seconds", "watched_duration", fields);
  const total = readSeconds("total_seconds", "total_duration", fields);
  return {
    ...(watched === undefined ? {} : { watchedSeconds: watched }),
    // System D's clients send 0 where they do not know.
    ...(total === undefined || total === 0 ? {} : { totalSeconds: total }),
  };
}

function readRating(value: unknown): number {
  const rating = numberOf(value) ?? refuse("rating: missing");
  if (rating >= LOWEST_RATING && rating <= HIGHEST_RATING) return rating;
  return refuse(`rating: must be from ${LOWEST_RATING} to ${HIGHEST_RATING}`);
}

function isRemoved(action: unknown): boolean {
  if (action === undefined || action === null || action === "added") return false;
  return action === "removed" ? true : refuse("action: must be added or removed");
}

function readSeconds(
  name: string,
  other: string,
  fields: SentRecord["fields"],
): number | undefined {
  const value = fields[name] ?? fields[other];
  if (value === undefined || value === null) return undefined;
  const seconds = numberOf(value);
  if (seconds !== undefined && seconds >= 0 && seconds <= SECONDS_LIMIT) return seconds;
  return refuse(`${name}: must be a number from 0 to ${SECONDS_LIMIT}`);
}

/** Kafka's converters send decimals as text. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function readCircumstances(fields: SentRecord["fields"]): Pick<UserEvent, "country" | "device"> {
  const { country, device } = fields as { readonly country?: unknown; readonly device?: unknown };
  return {
    ...(country === undefined || country === null ? {} : { country: readCountry(country) }),
    // A device is told for the log alone: one that cannot be read costs no event.
    ...(typeof device === "string" && device.trim() !== ""
      ? { device: device.trim().slice(0, DEVICE_LIMIT) }
      : {}),
  };
}

function readCountry(value: unknown): string {
  const country = typeof value === "string" ? value.toUpperCase() : "";
  return isCountry(country) ? country : refuse("country: must be an ISO 3166-1 alpha-2 code");
}
