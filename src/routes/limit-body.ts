/** Bodies of user-facing routes are small: 1,000 ids of 128 characters are 131 KB. */
import { bodyLimit } from "hono/body-limit";
import { FailureError } from "../domain/failure.ts";

const BODY_LIMIT_BYTES = 262_144;

/** 1,000 CloudEvents, each with 2 KB of data that nobody here reads. */
const EVENTS_LIMIT_BYTES = 2_097_152;

const limitedTo = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError() {
      throw new FailureError("BODY_TOO_LARGE", `A body holds at most ${maxSize} bytes.`);
    },
  });

export const limitBody = limitedTo(BODY_LIMIT_BYTES);
export const limitEventsBody = limitedTo(EVENTS_LIMIT_BYTES);
