/**
 * Items that are gone or out of stock while pools still name them. They travel with the tenant's record, so that
 * every isolate hears of them as it hears of `excluded_items`: within 5 s, without a question of its own.
 */
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { TenantConfig } from "./tenant-config.ts";

/** `gone`: deleted or private. `stock`: out of stock, which matters where the tenant's filters say so. */
export type WithdrawalReason = "gone" | "stock";

export interface Withdrawn {
  readonly item: ItemId;
  readonly reason: WithdrawalReason;
}

/** A tenant carries so many at most, the last ones: a pool refresh takes out all of them within a minute. */
export const WITHDRAWN_LIMIT = 5_000;

/** The port for what is withdrawn; D1 is the source of truth. */
export interface Withdrawals {
  /** Withdraws items and takes others back; serving learns of it with the tenant's next revision. */
  change(
    tenant: TenantId,
    change: { readonly withdrawn: readonly Withdrawn[]; readonly restored: readonly ItemId[] },
    nowMs: number,
  ): Promise<void>;
  /** Forgets what was withdrawn before that time: pools no longer name it. */
  settle(tenant: TenantId, beforeMs: number): Promise<void>;
}

/** A config that excludes what is withdrawn, too. The same object when there is nothing to exclude. */
export function withWithdrawn(
  config: TenantConfig,
  withdrawn: readonly Withdrawn[] | undefined,
): TenantConfig {
  const inStock = config.filters.stock === "in_stock";
  return excluding(
    config,
    (withdrawn ?? []).filter(({ reason }) => reason === "gone" || inStock),
  );
}

/** For what never shows an item that is out of stock, whatever the tenant's filters say. */
export const withoutWithdrawn = (
  config: TenantConfig,
  withdrawn: readonly Withdrawn[] | undefined,
): TenantConfig => excluding(config, withdrawn ?? []);

function excluding(config: TenantConfig, withdrawn: readonly Withdrawn[]): TenantConfig {
  if (withdrawn.length === 0) return config;
  const { filters } = config;
  const hidden = withdrawn.map(({ item }) => item);
  return {
    ...config,
    filters: { ...filters, excluded_items: [...filters.excluded_items, ...hidden] },
  };
}
