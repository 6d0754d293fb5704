/** Bodies of user-facing routes are small: 1,000 ids of 128 characters are 131 KB. */
import { bodyLimit } from "hono/body-limit";
import { FailureError } from "../domain/failure.ts";

const BODY_LIMIT_BYTES = 262_144;

export const limitBody = bodyLimit({
  maxSize: BODY_LIMIT_BYTES,
  onError() {
    throw new FailureError("BODY_TOO_LARGE", `A body holds at most ${BODY_LIMIT_BYTES} bytes.`);
  },
});
