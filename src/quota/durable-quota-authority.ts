/** The authority as a Durable Object, one for each API key. */
import { digestOf } from "../domain/digest.ts";
import { FailureError } from "../domain/failure.ts";
import type { Allowance } from "./permits.ts";
import type { LeaseAnswer, LeaseReport, LeaseRequest, QuotaAuthority } from "./quota-authority.ts";
import type { QuotaView, ViewRequest } from "./quota-view.ts";

/** What a quota object answers over RPC. */
export interface QuotaOffice {
  lease(request: LeaseRequest): LeaseAnswer;
  settle(reports: readonly LeaseReport[]): void;
  exhausted(allowance: Allowance, dateMs: number | undefined): void;
  view(request: ViewRequest): QuotaView;
}

export type QuotaNamespace = DurableObjectNamespace<QuotaOffice & Rpc.DurableObjectBranded>;

/** Hexadecimal digits of the key's SHA-256: 128 bits, and no way back to the key. */
const NAME_DIGITS = 32;

export class DurableQuotaAuthority implements QuotaAuthority {
  readonly #namespace: QuotaNamespace;
  readonly #name: string;

  constructor(namespace: QuotaNamespace, key: string) {
    this.#namespace = namespace;
    this.#name = digestOf(key).slice(0, NAME_DIGITS);
  }

  lease(request: LeaseRequest): Promise<LeaseAnswer> {
    return this.#ask(async (office) => await office.lease(request));
  }

  settle(reports: readonly LeaseReport[]): Promise<void> {
    return this.#ask(async (office) => await office.settle(reports));
  }

  exhausted(allowance: Allowance, dateMs: number | undefined): Promise<void> {
    return this.#ask(async (office) => await office.exhausted(allowance, dateMs));
  }

  view(request: ViewRequest): Promise<QuotaView> {
    return this.#ask(async (office) => await office.view(request));
  }

  async #ask<Answer>(
    work: (office: DurableObjectStub<QuotaOffice & Rpc.DurableObjectBranded>) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await work(this.#namespace.get(this.#namespace.idFromName(this.#name)));
    } catch (error) {
      throw new FailureError("QUOTA_UNAVAILABLE", "The keeper of the quota did not answer.", {
        cause: error,
      });
    }
  }
}
