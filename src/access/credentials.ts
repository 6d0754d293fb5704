/** From what a request brings as proof to who it is. What was proven once is remembered by its digest, briefly. */
import { digestOf } from "../domain/digest.ts";
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import type { TenantAuth } from "../tenants/tenant-auth.ts";
import { type ApiKey, keyIdOf, looksLikeKey } from "./api-key.ts";
import type { ApiKeyRing } from "./api-key-ring.ts";
import { sameText } from "../platform/same-text.ts";
import { type Identity, NOBODY, OPEN_ANONYMOUS, OPERATOR } from "./identity.ts";
import type { TokenVerifier } from "./token-verifier.ts";

export interface Proof {
  /** The bearer token or the admin key header; undefined when the request brings neither. */
  readonly credential: string | undefined;
  readonly tenant: TenantId;
  readonly auth: TenantAuth;
  readonly nowMs: number;
  readonly background: Background;
}

interface RememberedToken {
  readonly identity: Identity;
  /** The config it was proven under; with another one it is proven again. */
  readonly auth: TenantAuth;
  readonly untilMs: number;
}

/** A changed signing key or claim must not be ignored for longer than any other change of config. */
const TOKEN_REMEMBERED_MS = 60_000;
const REMEMBERED_LIMIT = 10_000;

interface CredentialsSettings {
  readonly adminKey: string | undefined;
  /** What tenants that leave it to the deployment get, and whether any tenant may be open. */
  readonly defaultAuth: "open" | "keys";
  readonly keyRing: ApiKeyRing;
  readonly tokens: TokenVerifier;
}

export class Credentials {
  readonly #settings: CredentialsSettings;
  readonly #tokens = new Map<string, RememberedToken>();
  #adminDigest: string | undefined;

  constructor(settings: CredentialsSettings) {
    this.#settings = settings;
  }

  /** Not a promise when nothing is offered, and for a key that is remembered; throws what a promise rejects with. */
  identify(proof: Proof): Identity | Promise<Identity> {
    const { credential } = proof;
    if (credential === undefined) return this.#open(proof.auth) ? OPEN_ANONYMOUS : NOBODY;
    return this.#prove(credential, proof);
  }

  #open({ mode }: TenantAuth): boolean {
    return this.#settings.defaultAuth === "open" && (mode === "open" || mode === "deployment");
  }

  #prove(credential: string, proof: Proof): Identity | Promise<Identity> {
    const digest = digestOf(credential);
    if (this.#isAdmin(digest)) return OPERATOR;
    if (looksLikeKey(credential)) return this.#proveKey(credential, digest, proof);
    if (proof.auth.mode === "jwt") return this.#proveToken(credential, digest, proof);
    throw new FailureError("UNAUTHENTICATED", "The credential is not known.");
  }

  #isAdmin(digest: string): boolean {
    const { adminKey } = this.#settings;
    if (adminKey === undefined) return false;
    this.#adminDigest ??= digestOf(adminKey);
    return sameText(digest, this.#adminDigest);
  }

  #proveKey(credential: string, digest: string, proof: Proof): Identity | Promise<Identity> {
    const { tenant, nowMs, background } = proof;
    const id = keyIdOf(credential);
    if (id === undefined) return this.#identityOf(undefined, digest, proof);
    const key = this.#settings.keyRing.find(tenant, id, nowMs, background);
    return key instanceof Promise
      ? key.then((found) => this.#identityOf(found, digest, proof))
      : this.#identityOf(key, digest, proof);
  }

  #identityOf(key: ApiKey | undefined, digest: string, proof: Proof): Identity {
    const { tenant, nowMs, background } = proof;
    // Only who has the secret learns anything about the key.
    if (key === undefined || !sameText(digest, key.hash)) {
      throw new FailureError("UNAUTHENTICATED", "The key is not known.");
    }
    if (key.revokedAtMs !== undefined) {
      throw new FailureError("UNAUTHENTICATED", "The key was revoked.");
    }
    if (key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs) {
      throw new FailureError("UNAUTHENTICATED", "The key has expired.");
    }
    this.#settings.keyRing.recordUse(key, nowMs, background);
    return {
      kind: "key",
      tenant,
      roles: key.roles,
      ...(key.user === undefined ? {} : { user: key.user }),
      name: `key:${key.id}`,
    };
  }

  #proveToken(token: string, digest: string, proof: Proof): Identity | Promise<Identity> {
    const { tenant, auth, nowMs } = proof;
    const name = `${tenant}/${digest}`;
    const known = this.#tokens.get(name);
    if (known !== undefined && nowMs < known.untilMs && known.auth === auth) return known.identity;
    return this.#verify(name, token, proof);
  }

  async #verify(name: string, token: string, { tenant, auth, nowMs }: Proof): Promise<Identity> {
    if (auth.mode !== "jwt")
      throw new FailureError("UNAUTHENTICATED", "Tokens are not taken here.");
    const { tokens } = this.#settings;
    const { identity, expiresAtMs } = await tokens.verify(tenant, auth.jwt, token, nowMs);
    if (this.#tokens.size >= REMEMBERED_LIMIT) this.#tokens.clear();
    const untilMs = Math.min(expiresAtMs, nowMs + TOKEN_REMEMBERED_MS);
    this.#tokens.set(name, { identity, auth, untilMs });
    return identity;
  }
}
