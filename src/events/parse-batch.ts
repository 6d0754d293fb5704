/**
 * The body of a request to records, whatever envelope it came in: our own list, CloudEvents 1.0 (structured, a batch of
 * them, or binary), or what Kafka Connect's HTTP sinks send. Envelopes may be mixed: each record is looked at.
 */
import { isJsonObject, type JsonObject, parseJson } from "../domain/json.ts";
import { cloudEventId } from "./event-id.ts";
import { parseEvent, type SentRecord } from "./parse-event.ts";
import type { UserEvent } from "./user-event.ts";

export const EVENTS_LIMIT = 1_000;

export interface RejectedEvent {
  /** Its place among the records of the request, from 0. */
  readonly index: number;
  readonly reason: string;
}

export interface ParsedBatch {
  readonly events: readonly UserEvent[];
  readonly rejected: readonly RejectedEvent[];
}

/** A fault: the body is none of the forms, or too long. */
export type ReadBatch = ParsedBatch | { readonly fault: string };

/** The headers of CloudEvents' binary mode, which has the data alone in its body. */
export interface BinaryHeaders {
  readonly id: string | undefined;
  readonly source: string | undefined;
  readonly type: string | undefined;
  readonly time: string | undefined;
}

/** Reads a body that was JSON. `binary`: the request had CloudEvents' headers. */
export function parseBatch(body: unknown, nowMs: number, binary?: BinaryHeaders): ReadBatch {
  const records = binary === undefined ? recordsOf(body) : [binaryRecord(body, binary)];
  if (records === undefined) return { fault: "must be a list of events, {events}, or one event" };
  if (records.length > EVENTS_LIMIT) return { fault: `must hold at most ${EVENTS_LIMIT} events` };
  const events: UserEvent[] = [];
  const rejected: RejectedEvent[] = [];
  for (const [index, value] of records.entries()) {
    const record = recordOf(value);
    const parsed = typeof record === "string" ? fault(record) : parseEvent(record, nowMs);
    if (parsed.ok) events.push(parsed.event);
    else rejected.push({ index, reason: parsed.reason });
  }
  return { events, rejected };
}

const fault = (reason: string) => ({ ok: false, reason }) as const;

function recordsOf(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  if (!isJsonObject(body)) return undefined;
  if (Array.isArray(body["events"])) return body["events"];
  if (Array.isArray(body["records"])) return body["records"];
  return "user_id" in body || "specversion" in body || "payload" in body ? [body] : undefined;
}

/** The record in its envelope; a reason when there is none. */
function recordOf(value: unknown): SentRecord | string {
  if (!isJsonObject(value)) return "must be an object";
  if ("specversion" in value) return ofCloudEvent(value);
  if ("value" in value && !("user_id" in value)) return ofKafkaRecord(value);
  // What Kafka Connect's JSON converter makes with `schemas.enable`.
  if (isJsonObject(value["payload"]) && "schema" in value) return recordOf(value["payload"]);
  return { fields: value };
}

function ofCloudEvent(event: JsonObject): SentRecord | string {
  const { specversion, id, source, type, time, data } = event;
  if (specversion !== "1.0") return "specversion: must be 1.0";
  if (typeof id !== "string" || id === "") return "id: missing";
  if (typeof source !== "string" || source === "") return "source: missing";
  if (typeof type !== "string" || type === "") return "type: missing";
  const fields = typeof data === "string" ? parseJson(data) : data;
  if (!isJsonObject(fields)) return "data: must be an object";
  return { fields, name: type, id: cloudEventId(source, id), time };
}

function ofKafkaRecord({ value, topic, timestamp }: JsonObject): SentRecord | string {
  const inner = recordOf(typeof value === "string" ? parseJson(value) : value);
  if (typeof inner === "string") return `value: ${inner}`;
  return {
    ...(typeof topic === "string" ? { name: topic } : {}),
    ...(timestamp === undefined ? {} : { time: timestamp }),
    ...inner,
  };
}

const binaryRecord = (data: unknown, { id, source, type, time }: BinaryHeaders): JsonObject => ({
  specversion: "1.0",
  id,
  source,
  type,
  ...(time === undefined ? {} : { time }),
  data,
});
