/** The wiring of L2: user state and pools of either kind, behind guards, with the deadlines that a tenant chose. */
import { DurableTier } from "../cache/durable-tier.ts";
import { GuardedTier } from "../cache/guarded-tier.ts";
import { RedisTier } from "../cache/redis-tier.ts";
import type { CacheTier } from "../cache/tier.ts";
import { FailureError } from "../domain/failure.ts";
import type { Bindings, Settings } from "../env.ts";
import { userOfAnswer } from "../feed/video-inputs.ts";
import { clockMs } from "../platform/clock.ts";
import { DurablePoolStore } from "../pools/durable-pool-store.ts";
import { GuardedPoolStore } from "../pools/guarded-pool-store.ts";
import type { PoolStore } from "../pools/pool-store.ts";
import { RedisPoolStore } from "../pools/redis-pool-store.ts";
import type { Guards } from "../tenants/guards.ts";
import type { TenantConfig } from "../tenants/tenant-config.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";
import { DurableUserStore } from "../users/durable-user-store.ts";
import { GuardedUserStore } from "../users/guarded-user-store.ts";
import { RedisUserStore } from "../users/redis-user-store.ts";
import type { Probe, UserStore } from "../users/user-store.ts";

/** User state and pools of one kind of L2. */
export interface L2 {
  readonly kind: "embedded" | "redis";
  readonly users: UserStore & Probe;
  readonly pools: PoolStore;
  /** For what is kept of a tenant's answers. */
  readonly cache: CacheTier;
}

interface Deadlines {
  readonly l2: number;
  readonly pools: number;
}

/** The L2s of this isolate: one for each kind and pair of deadlines, so that leases of many tenants share a batch. */
export class L2Stores {
  readonly #env: Bindings;
  readonly #settings: Settings;
  readonly #guards: Guards;
  readonly #built = new Map<string, L2>();

  constructor(env: Bindings, settings: Settings, guards: Guards) {
    this.#env = env;
    this.#settings = settings;
    this.#guards = guards;
  }

  /** Every L2 that is configured, with the deployment's deadlines, the default first. */
  all(): readonly L2[] {
    const { redis, defaultL2 } = this.#settings;
    const kinds: readonly L2["kind"][] =
      redis === undefined
        ? ["embedded"]
        : defaultL2 === "redis"
          ? ["redis", "embedded"]
          : ["embedded", "redis"];
    return kinds.map((kind) => this.#at(kind, this.#settings.deadlinesMs));
  }

  of({ config }: Tenant, deadlines: TenantConfig["deadlines_ms"]): L2 {
    const { defaultL2, redis, deadlinesMs } = this.#settings;
    const kind = config.l2 === "default" ? defaultL2 : config.l2;
    if (kind === "redis" && redis === undefined) {
      throw new FailureError("USER_STATE_UNAVAILABLE", `This deployment has no ${kind} L2.`);
    }
    return this.#at(kind, {
      l2: deadlines.l2 ?? deadlinesMs.l2,
      pools: deadlines.pools ?? deadlinesMs.pools,
    });
  }

  #at(kind: L2["kind"], deadlinesMs: Deadlines): L2 {
    const name = `${kind}/${deadlinesMs.l2}/${deadlinesMs.pools}`;
    const known = this.#built.get(name);
    if (known !== undefined) return known;
    const { users, pools, cache } = this.#bare(kind, deadlinesMs);
    const guard = (dependency: "l2" | "pools") =>
      this.#guards.of(dependency, { supplier: kind, deadlineMs: deadlinesMs[dependency] });
    const l2 = {
      kind,
      users: new GuardedUserStore(users, guard("l2")),
      pools: new GuardedPoolStore(pools, guard("pools")),
      cache: new GuardedTier(cache, () => guard("l2")),
    };
    this.#built.set(name, l2);
    return l2;
  }

  #bare(kind: L2["kind"], deadlinesMs: Deadlines): Omit<L2, "kind"> {
    const { redis, userShards } = this.#settings;
    if (kind === "redis" && redis !== undefined) {
      return {
        users: new RedisUserStore({ ...redis, deadlineMs: deadlinesMs.l2 }),
        pools: new RedisPoolStore({ ...redis, deadlineMs: deadlinesMs.pools }),
        cache: new RedisTier({
          redis: { ...redis, deadlineMs: deadlinesMs.l2 },
          nowMs: clockMs,
          userOf: userOfAnswer,
        }),
      };
    }
    return {
      users: new DurableUserStore({
        namespace: this.#env.USER_SHARDS_DO,
        shards: userShards,
        deadlineMs: deadlinesMs.l2,
      }),
      pools: new DurablePoolStore({
        namespace: this.#env.POOLS_DO,
        deadlineMs: deadlinesMs.pools,
      }),
      cache: new DurableTier({ namespace: this.#env.CACHE_DO, shards: userShards }),
    };
  }
}
