/**
 * A Durable Object that is the one authority over the quota of one API key, which it does not know. Each call is
 * synchronous inside, so it is one transaction, and no answer leaves before it is on disk.
 */
import { DurableObject } from "cloudflare:workers";
import { type Bindings, parseSettings } from "../env.ts";
import type { QuotaOffice } from "../quota/durable-quota-authority.ts";
import { serverClockAt } from "../quota/fetch-server-clock.ts";
import type { Allowance } from "../quota/permits.ts";
import type { LeaseAnswer, LeaseReport, LeaseRequest } from "../quota/quota-authority.ts";
import { QuotaKeeper } from "../quota/quota-keeper.ts";
import type { QuotaView, ViewRequest } from "../quota/quota-view.ts";
import { SqliteLedgerRecords } from "../quota/sqlite-ledger-records.ts";

export class QuotaObject extends DurableObject implements QuotaOffice {
  readonly #keeper: QuotaKeeper;

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    const { youtube } = parseSettings(env as unknown as Bindings);
    this.#keeper = new QuotaKeeper({
      records: new SqliteLedgerRecords(state.storage),
      clock: serverClockAt(youtube.baseUrl),
      wallMs: () => Date.now(),
      after: (ms, then) => {
        setTimeout(then, ms);
      },
      behind: (work) => {
        state.waitUntil(work);
      },
    });
  }

  lease(request: LeaseRequest): LeaseAnswer {
    return this.#keeper.lease(request);
  }

  settle(reports: readonly LeaseReport[]): void {
    this.#keeper.settle(reports);
  }

  exhausted(allowance: Allowance, dateMs: number | undefined): void {
    this.#keeper.exhausted(allowance, dateMs);
  }

  view(request: ViewRequest): QuotaView {
    return this.#keeper.view(request);
  }
}
