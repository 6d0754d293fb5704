/** The quota of the key that pays for a tenant's videos, as `GET /t/{tenant}/admin/quota` tells it. */
import { ask } from "./api.ts";

export interface QuotaAllowance {
  readonly limit: number;
  readonly used: number;
  readonly leased: number;
  readonly left: number;
  /** Google said that nothing is left today. */
  readonly closed: boolean;
  /** Of this tenant, most first; null stands for its jobs. */
  readonly users: readonly { readonly user_id: string | null; readonly tokens: number }[];
  readonly others: number;
  /** Told to the operator only. */
  readonly tenants?: readonly { readonly tenant: string; readonly tokens: number }[];
}

export interface QuotaRate {
  readonly limit: number;
  readonly taken: number;
}

export type QuotaAnswer =
  | { readonly key: "none" }
  | {
      readonly key: "deployment" | "tenant";
      readonly resets_at: string;
      readonly search: QuotaAllowance;
      readonly units: QuotaAllowance;
      readonly second: QuotaRate;
      readonly minute: QuotaRate;
    };

/** Throws a `ProblemError`: 401 for a key that is not known, 403 for one that is no admin's. */
export async function loadQuota(tenant: string, adminKey: string): Promise<QuotaAnswer> {
  const { body } = await ask<QuotaAnswer>(`/t/${encodeURIComponent(tenant)}/admin/quota`, {
    headers: { authorization: `Bearer ${adminKey}` },
    cache: "no-store",
  });
  return body;
}
