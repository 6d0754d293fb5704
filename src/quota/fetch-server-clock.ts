/** Google's time from the `Date` of the API's description, which costs no quota and needs no key. */
import type { ServerClock } from "./server-clock.ts";

const DEADLINE_MS = 3_000;

export const serverClockAt = (baseUrl: string): ServerClock => ({
  async now() {
    try {
      const answer = await fetch(`${baseUrl}/$discovery/rest?version=v3`, {
        method: "HEAD",
        // A cached answer tells the time of yesterday.
        cache: "no-store",
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      return answer.status < 500 ? dateOf(answer.headers) : undefined;
    } catch {
      // Asked again while it is needed; until then nobody is granted anything of a new day.
      return undefined;
    }
  },
});

/** Undefined without a date, or with one that cannot be read. */
function dateOf(headers: Headers): number | undefined {
  const dateMs = Date.parse(headers.get("Date") ?? "");
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
