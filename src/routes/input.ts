/** Input of unknown shape to a typed value, or a failure that names every field at fault. */
import type { z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";

/** Where in a request a value came from, as the answer calls it. */
export type InputPlace = "path" | "query" | "header" | "body";

export function inputFailure(place: string, error: z.ZodError): FailureError {
  return new FailureError("BAD_REQUEST", "The input is at fault.", {
    faults: error.issues.map((issue) => ({
      path: [place, ...issue.path].join("."),
      message: issue.message,
    })),
  });
}

/** Throws `BAD_REQUEST` for a body that is no JSON. */
export function jsonOfBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FailureError("BAD_REQUEST", "The input is at fault.", {
      faults: [{ path: "body", message: "must be well-formed JSON" }],
    });
  }
}

export function parseInput<Schema extends z.ZodType>(
  place: InputPlace,
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw inputFailure(place, parsed.error);
}
