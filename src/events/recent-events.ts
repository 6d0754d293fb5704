/**
 * Which tenants' users do things now. Asked on the path of a request and answered at once; what that rests on is looked up
 * behind the answer, once a minute and tenant.
 */
import { dayOf } from "../domain/epoch-time.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";

/** The port: whether events of the tenant were logged on this epoch day or later. */
export interface EventDays {
  loggedSince(tenant: TenantId, day: number): Promise<boolean>;
}

/** How long an answer holds before it is looked up again. */
const HOLDS_MS = 60_000;
/** 150 bytes each. */
const TENANTS_LIMIT = 10_000;

interface Known {
  readonly receives: boolean;
  readonly askAtMs: number;
}

export class RecentEvents {
  readonly #days: EventDays;
  readonly #known = new Map<TenantId, Known>();

  constructor(days: EventDays) {
    this.#days = days;
  }

  /**
   * True until it is known: to look again costs a call, to trust what is not known may show what was watched. A tenant's
   * first event of two days is known here within a minute of its file in the log.
   */
  receives(tenant: TenantId, nowMs: number, background: Background): boolean {
    const known = this.#known.get(tenant);
    if (known !== undefined && nowMs < known.askAtMs) return known.receives;
    const receives = known?.receives ?? true;
    this.#keep(tenant, { receives, askAtMs: nowMs + HOLDS_MS });
    background.run("recent-events", async () => {
      const yesterday = dayOf(nowMs) - 1;
      const found = await this.#days.loggedSince(tenant, yesterday);
      this.#keep(tenant, { receives: found, askAtMs: nowMs + HOLDS_MS });
    });
    return receives;
  }

  #keep(tenant: TenantId, known: Known): void {
    this.#known.delete(tenant);
    this.#known.set(tenant, known);
    if (this.#known.size <= TENANTS_LIMIT) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
