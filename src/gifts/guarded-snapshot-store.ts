/** The store of snapshots behind a guard, with the deadline of the tenant whose lists are asked for. */
import type { TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

/** 20 MB, by a job that waits for it. */
const PUBLISH_DEADLINE_MS = 30_000;

export function guardedSnapshotStore(
  store: SnapshotStore,
  guardOf: (tenant: TenantId) => Guard,
): SnapshotStore {
  return {
    current: (tenant, tag) => guardOf(tenant).call(() => store.current(tenant, tag)),
    publish: (tenant, ...rest) =>
      guardOf(tenant).call(() => store.publish(tenant, ...rest), PUBLISH_DEADLINE_MS),
    published: (tenant) => guardOf(tenant).call(() => store.published(tenant)),
  };
}
