/** An authority in memory. Its records outlive `restart`, as an object's storage does; all else is forgotten. */
import type { LedgerRecords } from "./ledger-records.ts";
import type { Allowance } from "./permits.ts";
import type { LeaseAnswer, LeaseReport, LeaseRequest, QuotaAuthority } from "./quota-authority.ts";
import { QuotaKeeper, type QuotaKeeperSettings } from "./quota-keeper.ts";
import type { QuotaView, ViewRequest } from "./quota-view.ts";

class MemoryRecords implements LedgerRecords {
  readonly #texts: Map<string, string>;
  /** What an object that is gone still does reaches no storage. */
  open = true;

  constructor(former?: MemoryRecords) {
    this.#texts = former === undefined ? new Map() : former.#texts;
  }

  load(): Iterable<readonly [string, string]> {
    return [...this.#texts];
  }

  write(changes: ReadonlyMap<string, string | undefined>): void {
    if (!this.open) return;
    for (const [key, text] of changes) {
      if (text === undefined) this.#texts.delete(key);
      else this.#texts.set(key, text);
    }
  }
}

export class MemoryQuotaAuthority implements QuotaAuthority {
  readonly #settings: Omit<QuotaKeeperSettings, "records">;
  #records = new MemoryRecords();
  #keeper: QuotaKeeper;

  constructor(settings: Omit<QuotaKeeperSettings, "records">) {
    this.#settings = settings;
    this.#keeper = new QuotaKeeper({ ...settings, records: this.#records });
  }

  restart(): void {
    this.#records.open = false;
    this.#records = new MemoryRecords(this.#records);
    this.#keeper = new QuotaKeeper({ ...this.#settings, records: this.#records });
  }

  async lease(request: LeaseRequest): Promise<LeaseAnswer> {
    return this.#keeper.lease(request);
  }

  async settle(reports: readonly LeaseReport[]): Promise<void> {
    this.#keeper.settle(reports);
  }

  async exhausted(allowance: Allowance, dateMs: number | undefined): Promise<void> {
    this.#keeper.exhausted(allowance, dateMs);
  }

  async view(request: ViewRequest): Promise<QuotaView> {
    return this.#keeper.view(request);
  }
}
