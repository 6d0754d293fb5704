/** Everything that is wrong with a record that somebody wrote, each at its own place. */
import type * as z from "zod";
import { FailureError, type FieldFault } from "../domain/failure.ts";

/**
 * A row of D1 holds 2 MB: the record, and in its history twice more what changed. This leaves room for both;
 * 5,000 excluded ids of 36 characters take 200 KB.
 */
const RECORD_LIMIT_BYTES = 500_000;

/** The record as the schema makes it, or a failure that names every fault, those found elsewhere included. */
export function parseRecord<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  faultsBeyond: readonly FieldFault[] = [],
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  const faults = parsed.success ? sizeFaults(parsed.data) : parsed.error.issues.flatMap(faultsOf);
  if (parsed.success && faults.length + faultsBeyond.length === 0) return parsed.data;
  throw new FailureError("BAD_REQUEST", "The record is at fault; what was there before stays.", {
    faults: [...faults, ...faultsBeyond],
  });
}

/** zod names the keys that it does not know in one message at their parent, and hides those of a union's members. */
function faultsOf(issue: z.core.$ZodIssue): readonly FieldFault[] {
  const path = ["body", ...issue.path].join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: `${path}.${key}`, message: "is not a known field" }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const wishes = issue.errors.map((member) => member.map(({ message }) => message).join(" and "));
    return [{ path, message: wishes.join(", or: ") }];
  }
  return [{ path, message: issue.message }];
}

function sizeFaults(config: unknown): readonly FieldFault[] {
  const bytes = new TextEncoder().encode(JSON.stringify(config)).length;
  if (bytes <= RECORD_LIMIT_BYTES) return [];
  return [
    { path: "body", message: `is ${bytes} bytes of JSON; a record holds ${RECORD_LIMIT_BYTES}` },
  ];
}
