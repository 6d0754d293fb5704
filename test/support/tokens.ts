/** Issuers with real keys, and tokens that they sign. */
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from "jose";
import { IssuerKeys } from "../../src/access/issuer-keys.ts";
import { TokenVerifier } from "../../src/access/token-verifier.ts";
import type { JwtAuth } from "../../src/tenants/tenant-auth.ts";
import { NOW_MS } from "./access-builders.ts";

export const NOW_SECONDS = NOW_MS / 1_000;
export const SECRET = new TextEncoder().encode("a secret of the tests, 32 bytes!");

export const jwtAuth = (change: Partial<JwtAuth> = {}): JwtAuth => ({
  issuer: "https://id.example",
  audience: "nearfeed",
  algorithms: ["ES256"],
  jwks_url: "https://id.example/jwks.json",
  clock_skew_seconds: 30,
  user_claim: "sub",
  roles_claim: "roles",
  ...change,
});

export interface TokenOrder {
  readonly claims?: JWTPayload;
  readonly expiresInSeconds?: number;
  readonly withoutExpiry?: boolean;
  readonly keyId?: string;
}

/** An issuer that can rotate its key and go down. */
export async function anIssuer() {
  let keys: JSONWebKeySet = { keys: [] };
  let pair = await generateKeyPair("ES256", { extractable: true });
  const state = { fetches: 0, down: false, keyId: "" };
  const rotate = async (keyId: string): Promise<void> => {
    pair = await generateKeyPair("ES256", { extractable: true });
    keys = {
      keys: [{ ...(await exportJWK(pair.publicKey)), kid: keyId, alg: "ES256", use: "sig" }],
    };
    state.keyId = keyId;
  };
  await rotate("first");
  const issuerKeys = new IssuerKeys(() => {
    state.fetches += 1;
    return state.down ? Promise.reject(new Error("down")) : Promise.resolve(keys);
  });
  const verifier = new TokenVerifier(issuerKeys, new Map([["JWT_SECRET_ACME", SECRET]]));
  const sign = ({
    claims = {},
    expiresInSeconds = 300,
    withoutExpiry = false,
    keyId = state.keyId,
  }: TokenOrder = {}) =>
    new SignJWT({
      iss: "https://id.example",
      aud: "nearfeed",
      sub: "alice",
      ...(withoutExpiry ? {} : { exp: NOW_SECONDS + expiresInSeconds }),
      ...claims,
    })
      .setProtectedHeader({ alg: "ES256", kid: keyId })
      .sign(pair.privateKey);
  return { state, verifier, sign, rotate };
}
