/**
 * API keys as an isolate remembers them, so that a warm request asks D1 for nothing. Revocation holds everywhere
 * within 60 s: a key is believed for 15 s, believed once more while it is asked for behind the answer until it is
 * 45 s old, and asked for in line after that. Only while D1 does not answer is it believed for 10 minutes.
 */
import { FailureError, isOutage } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import { withDeadline } from "../platform/deadline.ts";
import type { ApiKey } from "./api-key.ts";
import { type KnownKeys, USE_RECORDED_EVERY_MS } from "./api-keys.ts";

interface Remembered {
  readonly key: ApiKey | undefined;
  readonly confirmedMs: number;
  /** When it may be asked for again: moved on before asking, so that one request asks and the others go on. */
  askAgainMs: number;
  useRecordedMs: number;
}

const FRESH_MS = 15_000;
const BELIEVED_MS = 45_000;
const BELIEVED_IN_OUTAGE_MS = 600_000;
/** Unknown keys: long enough to blunt a guesser, short enough for a key that was made a moment ago. */
const UNKNOWN_FRESH_MS = 2_000;
const REMEMBERED_LIMIT = 10_000;
/** D1 answers in 5 to 50 ms; a caller without a verdict by then is told to come back. */
const REGISTRY_DEADLINE_MS = 1_500;

export class ApiKeyRing {
  readonly #keys: KnownKeys;
  readonly #remembered = new Map<string, Remembered>();

  constructor(keys: KnownKeys) {
    this.#keys = keys;
  }

  /** Not a promise while the key is believed. */
  find(
    tenant: TenantId,
    id: string,
    nowMs: number,
    background: Background,
  ): ApiKey | undefined | Promise<ApiKey | undefined> {
    const known = this.#remembered.get(nameOf(tenant, id));
    if (known === undefined) return this.#ask(tenant, id, nowMs);
    if (nowMs < known.askAgainMs) return known.key;
    const ageMs = nowMs - known.confirmedMs;
    if (known.key !== undefined && ageMs < BELIEVED_MS) {
      known.askAgainMs = nowMs + FRESH_MS;
      background.run("key-revalidate", () => this.#ask(tenant, id, nowMs));
      return known.key;
    }
    return this.#ask(tenant, id, nowMs).catch((error: unknown) => {
      if (known.key === undefined || ageMs >= BELIEVED_IN_OUTAGE_MS) throw error;
      background.run("key-revalidate", () => Promise.reject(error));
      known.askAgainMs = nowMs + UNKNOWN_FRESH_MS;
      return known.key;
    });
  }

  /** After a write: the next look-up asks again. */
  forget(tenant: TenantId, id: string): void {
    this.#remembered.delete(nameOf(tenant, id));
  }

  /** Behind the answer, at most once a minute a key. */
  recordUse({ tenant, id }: ApiKey, nowMs: number, background: Background): void {
    const known = this.#remembered.get(nameOf(tenant, id));
    if (known === undefined || nowMs - known.useRecordedMs < USE_RECORDED_EVERY_MS) return;
    known.useRecordedMs = nowMs;
    background.run("key-use", () => this.#keys.recordUse(tenant, id, nowMs));
  }

  async #ask(tenant: TenantId, id: string, nowMs: number): Promise<ApiKey | undefined> {
    let key: ApiKey | undefined;
    try {
      key = await withDeadline(this.#keys.find(tenant, id), REGISTRY_DEADLINE_MS);
    } catch (error) {
      if (isOutage(error)) throw error;
      throw new FailureError("REGISTRY_UNAVAILABLE", "The key could not be looked up.", {
        cause: error,
      });
    }
    const name = nameOf(tenant, id);
    const useRecordedMs = this.#remembered.get(name)?.useRecordedMs ?? 0;
    this.#remembered.delete(name);
    if (this.#remembered.size >= REMEMBERED_LIMIT) this.#evict();
    const freshMs = key === undefined ? UNKNOWN_FRESH_MS : FRESH_MS;
    this.#remembered.set(name, {
      key,
      confirmedMs: nowMs,
      askAgainMs: nowMs + freshMs,
      useRecordedMs,
    });
    return key;
  }

  /** A guesser's unknown keys go first: they must not push out the keys that are in use. */
  #evict(): void {
    let oldest: string | undefined;
    for (const [name, { key }] of this.#remembered) {
      oldest ??= name;
      if (key !== undefined) continue;
      this.#remembered.delete(name);
      return;
    }
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}

const nameOf = (tenant: TenantId, id: string): string => `${tenant}/${id}`;
