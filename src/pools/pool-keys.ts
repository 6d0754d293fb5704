/** Redis keys of a tenant's global pools: one hash tag, so that a publish stays in one slot. */
import type { TenantId } from "../domain/ids.ts";

/** HASH: version and manifest of the current pools. */
export const poolsKey = (tenant: TenantId): string => `nf:{${tenant}}:pools`;

/** HASH: manifest, slices and facts of one version. */
export const poolVersionKey = (tenant: TenantId, version: number): string =>
  `nf:{${tenant}}:pools:${version}`;
