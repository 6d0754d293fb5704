/**
 * The public keys of issuers, as an isolate remembers them. jose's own remote key set shares one fetch between
 * requests, which workerd forbids, and drops its keys while the issuer is down; so its local one is fed here.
 */
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { FailureError } from "../domain/failure.ts";
import type { FetchJwks } from "./fetch-jwks.ts";

interface Remembered {
  /** Undefined while nothing was ever fetched. */
  keys: JWTVerifyGetKey | undefined;
  freshUntilMs: number;
  askAgainMs: number;
}

const FRESH_MS = 600_000;
/** A token with an unknown key id may come right after a rotation, or from a guesser: one fetch per 30 s serves both. */
const ASK_AGAIN_MS = 30_000;
/** Without any key every token is refused, so the wait is short. */
const ASK_AGAIN_WITHOUT_KEYS_MS = 1_000;
const REMEMBERED_LIMIT = 1_000;

export class IssuerKeys {
  readonly #fetchJwks: FetchJwks;
  readonly #remembered = new Map<string, Remembered>();

  constructor(fetchJwks: FetchJwks) {
    this.#fetchJwks = fetchJwks;
  }

  /** Finds the key for a token, as `jwtVerify` asks for it. Throws `ISSUER_UNAVAILABLE` when there is no key at all. */
  resolver(url: string, nowMs: number): JWTVerifyGetKey {
    return async (header, token) => {
      const keys = await this.#keysOf(url, nowMs);
      try {
        return await keys(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        const newer = await this.#newerKeys(url, keys, nowMs);
        if (newer === undefined) throw error;
        return newer(header, token);
      }
    };
  }

  async #keysOf(url: string, nowMs: number): Promise<JWTVerifyGetKey> {
    const known = this.#recall(url);
    if (known.keys !== undefined && nowMs < known.freshUntilMs) return known.keys;
    if (nowMs >= known.askAgainMs) await this.#fetch(url, known, nowMs);
    if (known.keys !== undefined) return known.keys;
    throw new FailureError("ISSUER_UNAVAILABLE", "The keys of the token's issuer cannot be had.");
  }

  /** Keys that differ from those that did not fit; another request may have fetched them meanwhile. */
  async #newerKeys(
    url: string,
    tried: JWTVerifyGetKey,
    nowMs: number,
  ): Promise<JWTVerifyGetKey | undefined> {
    const known = this.#recall(url);
    if (known.keys === tried && nowMs >= known.askAgainMs) await this.#fetch(url, known, nowMs);
    return known.keys === tried ? undefined : known.keys;
  }

  /** Keeps the old keys when there are no new ones. */
  async #fetch(url: string, known: Remembered, nowMs: number): Promise<void> {
    known.askAgainMs = nowMs + ASK_AGAIN_MS;
    try {
      known.keys = createLocalJWKSet(await this.#fetchJwks(url));
      known.freshUntilMs = nowMs + FRESH_MS;
    } catch (error) {
      if (known.keys !== undefined) return;
      known.askAgainMs = nowMs + ASK_AGAIN_WITHOUT_KEYS_MS;
      throw new FailureError(
        "ISSUER_UNAVAILABLE",
        "The keys of the token's issuer cannot be had.",
        { cause: error },
      );
    }
  }

  #recall(url: string): Remembered {
    const known = this.#remembered.get(url);
    if (known !== undefined) return known;
    if (this.#remembered.size >= REMEMBERED_LIMIT) this.#remembered.clear();
    const fresh: Remembered = { keys: undefined, freshUntilMs: 0, askAgainMs: 0 };
    this.#remembered.set(url, fresh);
    return fresh;
  }
}
