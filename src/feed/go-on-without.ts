import { isOutage } from "../domain/failure.ts";
import type { Background } from "../platform/background.ts";

/** For `catch`: an outage is left to the background, under this name, and undefined stands in; all else is thrown on. */
export const goOnWithout =
  (name: string, background: Background) =>
  (error: unknown): undefined => {
    if (!isOutage(error)) throw error;
    background.run(name, () => Promise.reject(error));
  };
