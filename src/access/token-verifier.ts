/** JSON Web Tokens of a tenant's issuer: verified by jose, turned into an identity here. */
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from "jose";
import { FailureError } from "../domain/failure.ts";
import { parseUserId, type TenantId } from "../domain/ids.ts";
import { ROLES, type Role } from "../domain/roles.ts";
import type { JwtAuth } from "../tenants/tenant-auth.ts";
import type { Identity } from "./identity.ts";
import type { IssuerKeys } from "./issuer-keys.ts";

export interface VerifiedToken {
  readonly identity: Identity;
  readonly expiresAtMs: number;
}

const NAME_LIMIT = 64;

export class TokenVerifier {
  readonly #issuerKeys: IssuerKeys;
  readonly #secrets: ReadonlyMap<string, Uint8Array>;

  constructor(issuerKeys: IssuerKeys, secrets: ReadonlyMap<string, Uint8Array>) {
    this.#issuerKeys = issuerKeys;
    this.#secrets = secrets;
  }

  /** Throws `UNAUTHENTICATED`, which says what is wrong with the token, or `ISSUER_UNAVAILABLE`. */
  async verify(
    tenant: TenantId,
    jwt: JwtAuth,
    token: string,
    nowMs: number,
  ): Promise<VerifiedToken> {
    const payload = await this.#payloadOf(jwt, token, nowMs);
    return {
      identity: identityOf(tenant, jwt, payload),
      expiresAtMs: (payload.exp ?? 0) * 1_000,
    };
  }

  async #payloadOf(jwt: JwtAuth, token: string, nowMs: number): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.#keyOf(jwt, nowMs), {
        issuer: jwt.issuer,
        audience: jwt.audience,
        algorithms: jwt.algorithms,
        clockTolerance: jwt.clock_skew_seconds,
        currentDate: new Date(nowMs),
        requiredClaims: ["exp"],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw refused(reasonOf(error), error);
      throw error;
    }
  }

  #keyOf({ jwks_url: url, secret_name: name = "" }: JwtAuth, nowMs: number): JWTVerifyGetKey {
    if (url !== undefined) return this.#issuerKeys.resolver(url, nowMs);
    const secret = this.#secrets.get(name);
    if (secret !== undefined) return () => secret;
    throw new FailureError(
      "ISSUER_UNAVAILABLE",
      "This deployment lacks the secret of the tenant's tokens.",
    );
  }
}

function identityOf(tenant: TenantId, jwt: JwtAuth, payload: JWTPayload): Identity {
  const subject = payload[jwt.user_claim];
  const user = typeof subject === "string" ? parseUserId(subject) : undefined;
  // A token for a user that we cannot name must not become one that speaks for no user in particular.
  if (subject !== undefined && subject !== null && user === undefined) {
    throw refused(`its claim ${jwt.user_claim} is no user id`);
  }
  return {
    kind: "token",
    tenant,
    roles: rolesOf(payload[jwt.roles_claim]),
    ...(user === undefined ? {} : { user }),
    name: `token:${user ?? jwt.issuer}`.slice(0, NAME_LIMIT),
  };
}

/** A list, or names parted by spaces as in `scope`. Unknown names are none of ours, and no token makes an operator. */
function rolesOf(claim: unknown): readonly Role[] {
  if (claim === undefined || claim === null) return ["reader"];
  const names: readonly unknown[] =
    typeof claim === "string" ? claim.split(" ") : Array.isArray(claim) ? claim : [];
  return ROLES.filter((role) => role !== "operator" && names.includes(role));
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return "it has expired";
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "nbf") return "it is not valid yet";
    const name = CLAIM_NAMES.get(error.claim) ?? `claim ${error.claim}`;
    return error.reason === "missing" ? `it has no ${name}` : `its ${name} is not the expected one`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return "its algorithm is not allowed";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "its signature does not fit";
  if (error instanceof errors.JWKSNoMatchingKey) return "its issuer has no such key";
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return "it does not say which key it is signed with";
  return "it is malformed";
}

const CLAIM_NAMES = new Map([
  ["iss", "issuer"],
  ["aud", "audience"],
  ["exp", "expiry"],
]);

const refused = (reason: string, cause?: unknown): FailureError =>
  new FailureError("UNAUTHENTICATED", `The token is refused: ${reason}.`, { cause });
