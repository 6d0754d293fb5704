/**
 * The job that puts imported watch history into the users' watched filters: every user, known or not, and every
 * row exactly once in effect, since marking an item again changes nothing.
 */
import { itemCodes } from "../domain/item-code.ts";
import type { TenantId } from "../domain/ids.ts";
import { toSeconds } from "../platform/clock.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { UserPolicy } from "./user-policy.ts";
import type { UserStore } from "./user-store.ts";
import type { WatchLog } from "./watch-log.ts";

/** Rows a round: keeps a round's memory small and lets a stopped run go on where it was. */
const ROUND_ROWS = 5_000;
/** Rounds a run: the next run takes the rest. */
const ROUNDS = 200;
/** Items per mark: the store's scripts are bounded for pages of this size. */
const MARK_ITEMS = 500;
/** Six connections may wait for an answer at once in a Worker. */
const USERS_AT_ONCE = 6;

export async function syncWatched(
  ports: { readonly users: UserStore; readonly watchLog: WatchLog },
  tenant: TenantId,
  policy: UserPolicy,
  nowMs: number,
): Promise<Record<string, number>> {
  let users = 0;
  let items = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const batches = await ports.watchLog.unsynced(tenant, ROUND_ROWS);
    if (batches.length === 0) break;
    await inParallel(batches, USERS_AT_ONCE, async (batch) => {
      for (let at = 0; at < batch.items.length; at += MARK_ITEMS) {
        await ports.users.mark(
          { tenant, user: batch.user },
          {
            nowSeconds: toSeconds(nowMs),
            codes: itemCodes(batch.items.slice(at, at + MARK_ITEMS)),
            as: "watched",
            policy,
          },
        );
      }
      await ports.watchLog.confirm(tenant, batch);
      users += 1;
      items += batch.items.length;
    });
  }
  return { users, items };
}
