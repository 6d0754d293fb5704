/** Gifts as the catalogue describes them, snapshots of them, and requests for lists. */
import type { DescribedItem } from "../../src/catalogue/item-pages.ts";
import { knownFacts, FACT_FIELDS } from "../../src/catalogue/known-facts.ts";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { GIFT_FIELDS } from "../../src/gifts/gift-fields.ts";
import {
  NO_FILTERS,
  type PersonalInputs,
  type PopularInputs,
} from "../../src/gifts/gift-inputs.ts";
import type { GiftSnapshot } from "../../src/gifts/gift-snapshot.ts";
import type { GiftCall } from "../../src/gifts/make-gifts.ts";
import { SnapshotBuilder } from "../../src/gifts/snapshot-builder.ts";
import { decodeSnapshot } from "../../src/gifts/snapshot-codec.ts";
import type { DayCount } from "../../src/popularity/day-counts.ts";
import { itemScores } from "../../src/popularity/item-scores.ts";
import { UNKNOWN_DEPLOYMENT } from "../../src/tenants/deployment-record.ts";
import { tenantConfigSchema } from "../../src/tenants/tenant-config.ts";

export const GIFTS_NOW_MS = 1_800_000_000_000;
export const GIFT_TENANT = "shop" as TenantId;

export type GiftMetadata = Readonly<Record<string, unknown>>;

export const giftId = (index: number): ItemId => `gift-${String(index).padStart(4, "0")}` as ItemId;

export function aGift(id: ItemId, metadata: GiftMetadata = {}): DescribedItem {
  const base = Number(metadata["base"] ?? 0);
  return {
    ...knownFacts(FACT_FIELDS.map((field) => metadata[field] ?? null)),
    id,
    publishedAtMs: metadata["publishedAtMs"] as number | undefined,
    popularity: base,
    basePopularity: base,
    fields: GIFT_FIELDS.map((field) => metadata[field] ?? null),
  };
}

export const aCount = (item: ItemId, changes: Partial<DayCount> = {}): DayCount => ({
  item,
  type: "like",
  band: 0,
  count: 1,
  sum: 0,
  country: undefined,
  who: {},
  ...changes,
});

export function aSnapshot(
  gifts: readonly DescribedItem[],
  counts: readonly DayCount[] = [],
  version = GIFTS_NOW_MS,
): GiftSnapshot {
  const builder = new SnapshotBuilder();
  builder.addItems(gifts);
  builder.addScores(itemScores(counts));
  return decodeSnapshot(builder.build(version, { trending: [], underExposed: [] }).bytes);
}

export const aGiftCall = (
  config: Record<string, unknown> = {},
  changes: Partial<GiftCall> = {},
): GiftCall => ({
  tenant: GIFT_TENANT,
  versions: { tenant: 1, deployment: 1, withdrawn: "" },
  config: tenantConfigSchema.parse({ name: "Shop", ...config }),
  deployment: UNKNOWN_DEPLOYMENT,
  nowMs: GIFTS_NOW_MS,
  background: { run: (_, work) => void work().catch(() => undefined) },
  country: () => undefined,
  ...changes,
});

export const popularInputs = (changes: Partial<PopularInputs> = {}): PopularInputs => ({
  surface: "popular",
  geo: "de",
  who: {},
  category: undefined,
  order: "popular",
  filters: NO_FILTERS,
  page: 1,
  limit: 20,
  ...changes,
});

export const personalInputs = (changes: Partial<PersonalInputs> = {}): PersonalInputs => ({
  surface: "personalized",
  user: "ann" as UserId,
  geo: "de",
  filters: NO_FILTERS,
  page: 1,
  limit: 20,
  ...changes,
});
