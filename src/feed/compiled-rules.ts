/** A tenant's policy and rules over one version of its pools: compiled once, kept for as long as both live. */
import { itemCode, type ItemCodes } from "../domain/item-code.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import type { DeploymentConfig } from "../tenants/deployment-record.ts";
import type { TenantConfig } from "../tenants/tenant-config.ts";
import { compilePolicy, type Policy, type PolicyTest } from "./filters/compile-policy.ts";
import { oncePerPair } from "./once-per-pair.ts";
import type { FeedCall } from "./feed-call.ts";
import { type CompiledRule, compileRules } from "./rules/compile-rules.ts";

interface Compiled {
  readonly policy: Policy;
  readonly rules: readonly CompiledRule[];
}

const recordsOf = oncePerPair((config: TenantConfig, deployment: DeploymentConfig) => ({
  config,
  deployment,
}));

const compiledFor = oncePerPair(
  (pools: PoolReplica, { config, deployment }: ReturnType<typeof recordsOf>): Compiled => {
    const indexOf = (id: Parameters<typeof itemCode>[0]) => pools.indexOf(itemCode(id));
    return {
      policy: compilePolicy(pools.facts, config.filters, deployment.excluded_items, indexOf),
      rules: compileRules(config.rules, pools.facts, indexOf),
    };
  },
);

type Records = Pick<FeedCall, "config" | "deployment">;

export const compiledRules = (
  { config, deployment }: Records,
  pools: PoolReplica,
): readonly CompiledRule[] => compiledFor(pools, recordsOf(config, deployment)).rules;

/** True when no item of these pools depends on the country of the request. */
export const hasNoBorders = ({ config }: Pick<FeedCall, "config">, pools: PoolReplica): boolean =>
  config.filters.geography === "any" || pools.facts.geographyRules.length === 0;

/** Why the item at an index of these pools may not be shown to this caller, or undefined. */
export const policyTest = (
  { config, deployment, country }: Records & Pick<FeedCall, "country">,
  pools: PoolReplica,
): PolicyTest => compiledFor(pools, recordsOf(config, deployment)).policy.forCountry(country);

/** Whether an item may be shown to this caller. What the pools do not know may not. */
export function policyAllows(
  call: Records & Pick<FeedCall, "country">,
  pools: PoolReplica,
): (code: ItemCodes) => boolean {
  const test = policyTest(call, pools);
  return (code) => {
    const index = pools.indexOf(code);
    return index !== undefined && test(index) === undefined;
  };
}
