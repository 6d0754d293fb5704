/**
 * Tenant records as an isolate remembers them, so that a warm request asks D1 for nothing. A record is fresh
 * for 15 s; after that it is served once more while a newer one is fetched. When D1 does not answer, the last
 * known record stays.
 */
import type { TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import type { Tenant, TenantRegistry } from "./tenant-registry.ts";

interface Remembered {
  readonly tenant: Tenant | undefined;
  freshUntilMs: number;
}

const FRESH_MS = 15_000;
/** Unknown tenants are remembered briefly: long enough to blunt a scan, short enough for a new customer. */
const UNKNOWN_FRESH_MS = 2_000;
const REMEMBERED_LIMIT = 10_000;

export class TenantDirectory {
  readonly #registry: TenantRegistry;
  readonly #remembered = new Map<TenantId, Remembered>();

  constructor(registry: TenantRegistry) {
    this.#registry = registry;
  }

  async find(id: TenantId, nowMs: number, background: Background): Promise<Tenant | undefined> {
    const remembered = this.#remembered.get(id);
    if (remembered === undefined) return this.#fetch(id, nowMs);
    if (nowMs < remembered.freshUntilMs) return remembered.tenant;
    if (remembered.tenant === undefined) return this.#fetch(id, nowMs);
    remembered.freshUntilMs = nowMs + FRESH_MS;
    background.run("tenant-revalidate", () => this.#fetch(id, nowMs));
    return remembered.tenant;
  }

  /** After a write: the next look-up asks again. */
  forget(id: TenantId): void {
    this.#remembered.delete(id);
  }

  async #fetch(id: TenantId, nowMs: number): Promise<Tenant | undefined> {
    const tenant = await this.#registry.find(id);
    if (this.#remembered.size >= REMEMBERED_LIMIT) this.#remembered.clear();
    const freshMs = tenant === undefined ? UNKNOWN_FRESH_MS : FRESH_MS;
    this.#remembered.set(id, { tenant, freshUntilMs: nowMs + freshMs });
    return tenant;
  }
}
