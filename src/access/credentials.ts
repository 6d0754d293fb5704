/** From what a request brings as proof to who it is. What was proven once is remembered by its digest, briefly. */
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import type { TenantAuth } from "../tenants/tenant-auth.ts";
import { keyIdOf, looksLikeKey } from "./api-key.ts";
import type { ApiKeyRing } from "./api-key-ring.ts";
import { sameText } from "../platform/same-text.ts";
import { digestOf } from "./digest.ts";
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

  /** Not a promise when nothing is offered, which is every warm request of an open tenant. */
  identify(proof: Proof): Identity | Promise<Identity> {
    const { credential } = proof;
    if (credential === undefined) return this.#open(proof.auth) ? OPEN_ANONYMOUS : NOBODY;
    return this.#prove(credential, proof);
  }

  #open({ mode }: TenantAuth): boolean {
    return this.#settings.defaultAuth === "open" && (mode === "open" || mode === "deployment");
  }

  async #prove(credential: string, proof: Proof): Promise<Identity> {
    const digest = await digestOf(credential);
    if (await this.#admin(digest)) return OPERATOR;
    if (looksLikeKey(credential)) return this.#proveKey(credential, digest, proof);
    if (proof.auth.mode === "jwt") return this.#proveToken(credential, digest, proof);
    throw new FailureError("UNAUTHENTICATED", "The credential is not known.");
  }

  async #admin(digest: string): Promise<boolean> {
    const { adminKey } = this.#settings;
    if (adminKey === undefined) return false;
    this.#adminDigest ??= await digestOf(adminKey);
    return sameText(digest, this.#adminDigest);
  }

  async #proveKey(credential: string, digest: string, proof: Proof): Promise<Identity> {
    const { tenant, nowMs, background } = proof;
    const { keyRing } = this.#settings;
    const id = keyIdOf(credential);
    const key = id === undefined ? undefined : await keyRing.find(tenant, id, nowMs, background);
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
    keyRing.recordUse(key, nowMs, background);
    return {
      kind: "key",
      tenant,
      roles: key.roles,
      ...(key.user === undefined ? {} : { user: key.user }),
      name: `key:${key.id}`,
    };
  }

  async #proveToken(token: string, digest: string, proof: Proof): Promise<Identity> {
    const { tenant, auth, nowMs } = proof;
    if (auth.mode !== "jwt")
      throw new FailureError("UNAUTHENTICATED", "Tokens are not taken here.");
    const name = `${tenant}/${digest}`;
    const known = this.#tokens.get(name);
    if (known !== undefined && nowMs < known.untilMs && known.auth === auth) return known.identity;
    const { identity, expiresAtMs } = await this.#settings.tokens.verify(
      tenant,
      auth.jwt,
      token,
      nowMs,
    );
    if (this.#tokens.size >= REMEMBERED_LIMIT) this.#tokens.clear();
    const untilMs = Math.min(expiresAtMs, nowMs + TOKEN_REMEMBERED_MS);
    this.#tokens.set(name, { identity, auth, untilMs });
    return identity;
  }
}
