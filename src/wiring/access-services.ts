/** The wiring of access: keys, tokens and limits. */
import { ApiKeyRing } from "../access/api-key-ring.ts";
import type { ApiKeys } from "../access/api-keys.ts";
import { Credentials } from "../access/credentials.ts";
import { D1ApiKeys } from "../access/d1-api-keys.ts";
import { DurableRateLimits } from "../access/durable-rate-limits.ts";
import { jwksFetcher } from "../access/fetch-jwks.ts";
import { GuardedApiKeys } from "../access/guarded-api-keys.ts";
import { GuardedRateLimits } from "../access/guarded-rate-limits.ts";
import { IssuerKeys } from "../access/issuer-keys.ts";
import { TokenBlocks } from "../access/token-blocks.ts";
import { TokenVerifier } from "../access/token-verifier.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Bindings, Settings } from "../env.ts";
import type { Guard } from "../platform/guard.ts";
import type { Dependency } from "../tenants/tenant-config.ts";

export interface AccessServices {
  readonly apiKeys: ApiKeys;
  readonly keyRing: ApiKeyRing;
  readonly credentials: Credentials;
  readonly tokenBlocks: TokenBlocks;
}

export function buildAccessServices(
  env: Bindings,
  { adminKey, defaultAuth, jwtSecrets, deadlinesMs }: Settings,
  guardOf: (dependency: Dependency) => (tenant: TenantId) => Guard,
): AccessServices {
  const apiKeys = new D1ApiKeys(env.DB);
  const keyRing = new ApiKeyRing(new GuardedApiKeys(apiKeys, guardOf("registry")));
  const fetchJwks = jwksFetcher({ allowLocalHttp: defaultAuth === "open" });
  const tokens = new TokenVerifier(new IssuerKeys(fetchJwks), jwtSecrets);
  const counter = new DurableRateLimits({
    namespace: env.LIMITS_DO,
    deadlineMs: deadlinesMs.limits,
  });
  return {
    apiKeys,
    keyRing,
    credentials: new Credentials({ adminKey, defaultAuth, keyRing, tokens }),
    tokenBlocks: new TokenBlocks(new GuardedRateLimits(counter, guardOf("limits"))),
  };
}
