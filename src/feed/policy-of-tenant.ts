/** The tenant's say in how much a user's state holds, in the words of user state. */
import type { TenantConfig } from "../tenants/tenant-config.ts";
import { DEFAULT_USER_POLICY, type UserPolicy } from "../users/user-policy.ts";

const HOUR_SECONDS = 3_600;

export const policyOfTenant = ({ user_pool: pool }: TenantConfig): UserPolicy => ({
  capacity: pool.capacity,
  lowWaterMark: pool.low_water_mark,
  entryLifeSeconds: Math.round(pool.entry_life_hours * HOUR_SECONDS),
  cooldownSeconds: Math.round(pool.cooldown_hours * HOUR_SECONDS),
  refillLeaseSeconds: DEFAULT_USER_POLICY.refillLeaseSeconds,
});
