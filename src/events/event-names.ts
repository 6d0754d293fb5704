/** What senders call the types of events: our words, system B's schemas and topics, and words inside longer names. */
import { EVENT_TYPES, type EventType } from "./user-event.ts";

/** System B's, without case and punctuation: `VideoWatched`, `video-watched`, `video_watched`. */
const SCHEMAS: Readonly<Record<string, EventType>> = {
  videowatched: "watch",
  videorated: "rate",
  watchlistupdated: "watchlist",
};

const TYPES = new Map<string, EventType>([
  ...EVENT_TYPES.map((type) => [type, type] as const),
  ...Object.entries(SCHEMAS),
]);

/**
 * The type that a name tells of: `watch`, `VideoWatched`, `analytics-service.video-watched`,
 * `com.example.VideoWatched.v2`. The last part that is known decides; undefined when none is.
 */
export function eventTypeOf(name: string): EventType | undefined {
  for (const part of name.split(/[./:#]/).toReversed()) {
    const type = TYPES.get(part.toLowerCase().replaceAll(/[^a-z]/g, ""));
    if (type !== undefined) return type;
  }
  return undefined;
}

/** Of a record that says no name: what only one of system B's schemas has. */
export function eventTypeByFields(
  fields: Readonly<Record<string, unknown>>,
): EventType | undefined {
  if ("rating" in fields) return "rate";
  if ("action" in fields) return "watchlist";
  return "watched_duration" in fields || "watched_seconds" in fields ? "watch" : undefined;
}
