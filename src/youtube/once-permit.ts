/** A permit that is settled exactly once, whichever way a call ends. */
import type { Permit } from "../quota/permits.ts";

export interface OncePermit {
  /** False: the permit is settled or void, and nothing may be sent. */
  send(nowMs: number): boolean;
  answered(serverDateMs: number | undefined): void;
  /** For every end without an answer: gives back what was never sent. */
  close(): void;
}

export function oncePermit(permit: Permit): OncePermit {
  let sent = false;
  let settled = false;
  return {
    send(nowMs) {
      // A fault or a slow runtime may come back to a call that was given up.
      if (settled || nowMs >= permit.untilMs) return false;
      sent = true;
      return true;
    },
    answered(serverDateMs) {
      if (settled) return;
      settled = true;
      permit.answered(serverDateMs);
    },
    close() {
      if (settled) return;
      settled = true;
      if (sent) permit.lost();
      else permit.unused();
    },
  };
}
