/** Users who were deleted begin anew with what they do afterwards: nothing of before comes back. */
import type { TenantId, UserId } from "../domain/ids.ts";

/** When each of these users was deleted last, of those who were. */
export type DeletedAt = (
  tenant: TenantId,
  users: readonly UserId[],
) => Promise<ReadonlyMap<UserId, number>>;

/** Rows that are later than the deletion of their user; `atMs` says when a row is of. */
export async function withoutDeleted<Row extends { readonly user: UserId }>(
  deletedAt: DeletedAt,
  tenant: TenantId,
  rows: readonly Row[],
  atMs: (row: Row) => number,
): Promise<readonly Row[]> {
  if (rows.length === 0) return rows;
  const gone = await deletedAt(tenant, [...new Set(rows.map(({ user }) => user))]);
  if (gone.size === 0) return rows;
  return rows.filter((row) => atMs(row) > (gone.get(row.user) ?? -Infinity));
}
