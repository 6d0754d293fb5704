/** The quotas of this isolate: one for each key that pays for calls, and whether tenants share it. */
import type { Permits } from "./permits.ts";
import type { QuotaAuthority } from "./quota-authority.ts";
import type { QuotaLimits } from "./quota-limits.ts";
import { QuotaDesk } from "./quota-desk.ts";

/** A key, and whose it is: the deployment's is shared by tenants. */
export type PayingKey =
  | { readonly source: "deployment" | "tenant"; readonly key: string }
  | { readonly source: "none" };

export type Quota =
  | { readonly source: "none" }
  | {
      readonly source: "deployment" | "tenant";
      readonly key: string;
      readonly limits: QuotaLimits;
      readonly authority: QuotaAuthority;
      readonly permits: Permits;
    };

/** Of every key; names are those of the variable `YOUTUBE_LIMITS`. */
interface LimitSettings {
  readonly search_per_day: number;
  readonly units_per_day: number;
  readonly calls_per_second: number;
  readonly calls_per_minute: number;
  readonly user_search_per_day: number;
  readonly user_units_per_day: number;
}

export function quotasOf(
  settings: LimitSettings,
  authorityOf: (key: string) => QuotaAuthority,
): (paying: PayingKey) => Quota {
  const limits = limitsOf(settings);
  const built = new Map<string, Quota>();
  return (paying) => {
    if (paying.source === "none") return paying;
    const name = `${paying.source}/${paying.key}`;
    const known = built.get(name);
    if (known !== undefined) return known;
    const authority = authorityOf(paying.key);
    const permits = new QuotaDesk({
      authority,
      limits,
      shared: paying.source === "deployment",
      wallMs: Date.now,
      sleep: (ms) =>
        new Promise((resolve) => {
          setTimeout(resolve, ms);
        }),
    });
    const quota = { ...paying, limits, authority, permits };
    built.set(name, quota);
    return quota;
  };
}

const limitsOf = (settings: LimitSettings): QuotaLimits => ({
  searchPerDay: settings.search_per_day,
  unitsPerDay: settings.units_per_day,
  callsPerSecond: settings.calls_per_second,
  callsPerMinute: settings.calls_per_minute,
  userSearchPerDay: settings.user_search_per_day,
  userUnitsPerDay: settings.user_units_per_day,
});
