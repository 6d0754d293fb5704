/** What a tenant's record says about access. The one place that knows where in the record it stands. */
import type { TenantAuth } from "../tenants/tenant-auth.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";

export interface RequestLimits {
  readonly userPerMinute: number;
  /** All users together; null: no limit but that of the users. */
  readonly tenantPerMinute: number | null;
}

export const authOf = ({ config }: Tenant): TenantAuth => config.auth;

/** Browsers of these origins may call; `*` stands for all. */
export const originsOf = ({ config }: Tenant): readonly string[] => config.allowed_origins;

export const limitsOf = ({ config: { rate_limits: limits } }: Tenant): RequestLimits => ({
  userPerMinute: limits.user_requests_per_minute,
  tenantPerMinute: limits.tenant_requests_per_minute,
});
