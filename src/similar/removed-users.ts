/** The port to who asked to be forgotten, and when: what they did until then counts for nobody. */
import { digestOf } from "../domain/digest.ts";
import type { TenantId } from "../domain/ids.ts";

export interface RemovedUsers {
  /** By {@link removedKey}, in its order: a receipt outlives the id of its user. Epoch milliseconds. */
  of(tenant: TenantId): Promise<ReadonlyMap<string, number>>;
}

/** As receipts name users (`src/rights/deletion.ts`). */
export const removedKey = (tenant: TenantId, user: string): string =>
  digestOf(`${tenant}\n${user}`);

/** When each user was removed, 0 for most. A digest a user and call, unless nobody was removed at all. */
export async function removalTimes(
  users: RemovedUsers,
  tenant: TenantId,
): Promise<(user: string) => number> {
  const removed = await users.of(tenant);
  if (removed.size === 0) return () => 0;
  return (user) => removed.get(removedKey(tenant, user)) ?? 0;
}
