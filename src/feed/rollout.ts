/** Who gets personal feeds. One stable hash decides; system C had two in series that disagreed for half of the users. */
import { hash32 } from "../domain/hash.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import type { TenantConfig } from "../tenants/tenant-config.ts";

export type Personalised =
  | { readonly personalised: true }
  | {
      readonly personalised: false;
      readonly reason: "kill_switch" | "personalization_disabled" | "outside_rollout";
    };

/** A hundredth of a percent: one user in 10,000. */
const BUCKETS = 10_000;

/** A kill switch stands above everything else; `killedEverywhere` is that of the deployment. */
export function personalised(
  config: Pick<TenantConfig, "kill_switch" | "personalization_enabled" | "rollout_pct">,
  killedEverywhere: boolean,
  tenant: TenantId,
  user: UserId,
): Personalised {
  if (killedEverywhere || config.kill_switch) return { personalised: false, reason: "kill_switch" };
  if (!config.personalization_enabled) {
    return { personalised: false, reason: "personalization_disabled" };
  }
  // Rounded, because 0.07 × 100 is a little more than 7.
  const enrolled = Math.round((config.rollout_pct / 100) * BUCKETS);
  if (enrolled === BUCKETS || rolloutBucket(tenant, user) < enrolled) return { personalised: true };
  return { personalised: false, reason: "outside_rollout" };
}

/** The tenant is in the hash, so that the first 1 % of one customer's users are not the first 1 % of every other's. */
export const rolloutBucket = (tenant: TenantId, user: UserId): number =>
  hash32(`rollout:${tenant}:${user}`) % BUCKETS;
