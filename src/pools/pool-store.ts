/**
 * The port for global pools: per tenant, a series of immutable versions and one pointer to the current one.
 *
 * A refresh builds a whole version beside the live one, then moves the pointer. Readers see the old version
 * or the new one, never a mixture and never an empty pool. Old versions stay readable for at least an hour,
 * so that an edge that still holds their pointer can load them.
 */
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { SliceName } from "../domain/slices.ts";
import type { ItemFacts } from "./item-facts.ts";

/** What a version is, without its items. */
export interface PoolManifest {
  /** Time of the build, epoch milliseconds: orders the versions of a tenant. */
  readonly version: number;
  /** Distinct items over all slices. */
  readonly items: number;
  /** Items in each slice. */
  readonly sizes: Readonly<Record<SliceName, number>>;
}

export interface PoolSnapshot {
  readonly manifest: PoolManifest;
  readonly slices: Readonly<Record<SliceName, readonly ItemId[]>>;
  /** In order of rank: the order in which the slices, popularity first, name their items. */
  readonly facts: ItemFacts;
}

/** `superseded`: a newer version is current already, and stays. */
export type PublishOutcome = "published" | "superseded";

export interface PoolStore {
  /** Stores all of a version, then makes it current. Repeating a publish changes nothing. */
  publish(tenant: TenantId, snapshot: PoolSnapshot): Promise<PublishOutcome>;
  /** The current manifest, or undefined when the tenant has no pools yet. */
  current(tenant: TenantId): Promise<PoolManifest | undefined>;
  /** A whole version, or undefined when it is gone. */
  load(tenant: TenantId, version: number): Promise<PoolSnapshot | undefined>;
}
