/** `Idempotency-Key`: a client's own name for a request, the same when it is sent again. */
import { FailureError } from "../domain/failure.ts";
import type { AppContext } from "./context.ts";

const LENGTH_LIMIT = 256;

/** For the documentation. Read by hand: a header schema makes the validator copy every header of every request. */
export const idempotencyKeyParameter = (description: string) =>
  ({
    in: "header",
    name: "Idempotency-Key",
    description,
    schema: { type: "string", maxLength: LENGTH_LIMIT },
  }) as const;

/** Undefined when there is none. Throws `BAD_REQUEST` for one that is too long. */
export function idempotencyKeyOf(c: AppContext): string | undefined {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined || key === "") return undefined;
  if (key.length <= LENGTH_LIMIT) return key;
  throw new FailureError("BAD_REQUEST", "The input is at fault.", {
    faults: [
      { path: "header.idempotency-key", message: `must be at most ${LENGTH_LIMIT} characters` },
    ],
  });
}
