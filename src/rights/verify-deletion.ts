/** Looks into every store again: whether something of the user is there now. */
import type { LogCursor } from "./deletion.ts";
import type { UserKey } from "../users/user-store.ts";
import { EVENT_LOG, type RightsPorts } from "./delete-user.ts";

export interface Finding {
  readonly store: string;
  /** `unknown`: the store did not answer. */
  readonly found: "absent" | "found" | "unknown";
  readonly count: number;
}

/** Events after `untilMs`, the time of the deletion, are those of a user who began anew. */
export async function verifyDeletion(
  { holdings, derived, log, logger }: RightsPorts,
  key: UserKey,
  untilMs: number,
): Promise<readonly Finding[]> {
  const counts = [
    ...[...holdings, ...derived].map(({ store, count }) => ({ store, count: () => count(key) })),
    { store: EVENT_LOG, count: () => countEvents(log, key, untilMs) },
  ];
  return Promise.all(
    counts.map(async ({ store, count }): Promise<Finding> => {
      try {
        const found = await count();
        return { store, found: found === 0 ? "absent" : "found", count: found };
      } catch (error) {
        logger.warn("a store could not be looked into", { tenant: key.tenant, store, error });
        return { store, found: "unknown", count: 0 };
      }
    }),
  );
}

async function countEvents(
  log: RightsPorts["log"],
  { tenant, user }: UserKey,
  untilMs: number,
): Promise<number> {
  let events = 0;
  let after: LogCursor | undefined;
  do {
    const page = log.eventsOf(tenant, user, after);
    let step = await page.next();
    for (; step.done !== true; step = await page.next()) {
      if (step.value.atMs <= untilMs) events += 1;
    }
    after = step.value;
  } while (after !== undefined);
  return events;
}
