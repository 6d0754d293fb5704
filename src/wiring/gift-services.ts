/** The wiring of gifts: counts and items in, the snapshot of scores, and the answers made of it. */
import { CacheApiTier } from "../cache/cache-api-tier.ts";
import { LayeredCache } from "../cache/layered-cache.ts";
import { D1ItemPages } from "../catalogue/d1-item-pages.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Bindings } from "../env.ts";
import type { OnMade } from "../feed/on-made.ts";
import { personalised } from "../feed/rollout.ts";
import { GIFT_WINDOWS, GiftAnswers } from "../gifts/gift-answers.ts";
import { guardedSnapshotStore } from "../gifts/guarded-snapshot-store.ts";
import type { GiftCall } from "../gifts/make-gifts.ts";
import { R2SnapshotStore } from "../gifts/r2-snapshot-store.ts";
import { snapshotCodec } from "../gifts/snapshot-codec.ts";
import { SNAPSHOT_WINDOWS, SnapshotShelf } from "../gifts/snapshot-shelf.ts";
import type { SnapshotStore } from "../gifts/snapshot-store.ts";
import { type UpdateResult, updatePopularity } from "../gifts/update-popularity.ts";
import type { Counters } from "../observability/counters.ts";
import type { Background } from "../platform/background.ts";
import { clockMs } from "../platform/clock.ts";
import type { Guard } from "../platform/guard.ts";
import { D1DayCounts } from "../popularity/d1-day-counts.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { SimilarItems } from "../similar/similar-items.ts";
import { onceEach } from "../tenants/once-each.ts";
import { recordVersions } from "../tenants/record-versions.ts";
import type { Dependency } from "../tenants/tenant-config.ts";
import type { TenantDirectory } from "../tenants/tenant-directory.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";
import { withoutWithdrawn } from "../tenants/withdrawn-items.ts";
import { D1ActiveUsers } from "../users/d1-active-users.ts";

export interface GiftServices {
  readonly answers: GiftAnswers;
  readonly snapshots: SnapshotStore;
  activeUsers(tenant: Tenant, sinceMs: number): Promise<number>;
  callOf(tenant: Tenant, caller: Pick<GiftCall, "nowMs" | "background" | "country">): GiftCall;
  /** The job: reads counts, publishes, and lets this isolate know at once. */
  update(tenant: Tenant, nowMs: number, background: Background): Promise<UpdateResult>;
}

export interface GiftServicesSettings {
  readonly env: Bindings;
  readonly guardOf: (dependency: Dependency, part: string) => (tenant: TenantId) => Guard;
  readonly counters: Counters;
  readonly tenants: TenantDirectory;
  readonly profiles: BelievedProfiles;
  readonly similar: SimilarItems;
  readonly onMade: OnMade;
}

/** Of the isolate's 128 MB: several tenants of 16,000 items, or two of 100,000. */
const SNAPSHOTS_IN_MEMORY = { entries: 100, bytes: 36_000_000 };
/** A page of 20 ids is 1 KB, of 100 at most 13. */
const ANSWERS_IN_MEMORY = { entries: 5_000, bytes: 12_000_000 };

/** Lists of gifts show nothing that is out of stock, also while their snapshot does not know it yet. */
const shownBy = onceEach((tenant) => withoutWithdrawn(tenant.config, tenant.withdrawn));

export function buildGiftServices(parts: GiftServicesSettings): GiftServices {
  const { env, guardOf, counters, tenants, profiles, similar, onMade } = parts;
  const snapshots = guardedSnapshotStore(
    new R2SnapshotStore(env.ARTEFACTS, env.DB),
    guardOf("copies", "artefacts"),
  );
  const shelf = new SnapshotShelf(
    new LayeredCache({
      name: "snapshots",
      tiers: [new CacheApiTier({ name: "snapshots", nowMs: clockMs })],
      codec: snapshotCodec,
      windows: SNAPSHOT_WINDOWS,
      memory: SNAPSHOTS_IN_MEMORY,
      counters,
    }),
    snapshots,
  );
  const cache = new LayeredCache<Uint8Array>({
    name: "gifts",
    tiers: [new CacheApiTier({ name: "gifts", nowMs: clockMs })],
    codec: {
      encode: (bytes) => bytes,
      decode: (bytes) => bytes,
      sizeBytes: (bytes) => bytes.byteLength,
    },
    windows: GIFT_WINDOWS,
    memory: ANSWERS_IN_MEMORY,
    counters,
  });
  const ports = { items: new D1ItemPages(env.DB), counts: new D1DayCounts(env.DB), snapshots };
  return {
    answers: new GiftAnswers({
      cache,
      shelf,
      profiles,
      similar,
      onMade,
      personalised: ({ config, deployment, tenant }, user) =>
        personalised(config, deployment.kill_switch, tenant, user).personalised,
    }),
    snapshots,
    activeUsers: ({ id }, sinceMs) => new D1ActiveUsers(env.DB).count(id, sinceMs),
    // Field by field: see `feedCallOf`.
    callOf: (tenant, { nowMs, background, country }) => ({
      tenant: tenant.id,
      versions: recordVersions(tenant, tenants.deployment),
      config: shownBy(tenant),
      deployment: tenants.deployment,
      nowMs,
      background,
      country,
    }),
    update: async ({ id }, nowMs, background) => {
      const result = await updatePopularity(ports, id, nowMs);
      if (result.outcome === "published") await shelf.read(id, clockMs(), background, true);
      return result;
    },
  };
}
