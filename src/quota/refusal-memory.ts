/** Refusals of a moment ago: a storm of requests that would be refused does not reach the authority. */
import type { PermitRequest } from "./permits.ts";
import type { LeaseRefusal } from "./quota-authority.ts";

interface Remembered {
  readonly refusal: LeaseRefusal;
  readonly cost: number;
  readonly fromMs: number;
}

/** Slots of a second are free again soon after it; tokens that others give back are worth a question every 5 s. */
const REMEMBERED_MS = { rate_limited: 1_000, quota_unavailable: 1_000 } as const;
const LONGEST_MS = 5_000;
const REFUSALS_LIMIT = 10_000;

type Asker = Pick<PermitRequest, "allowance" | "tenant" | "user" | "cost">;

export class RefusalMemory {
  readonly #refusals = new Map<string, Remembered>();

  /** A refusal that holds for this request as well, with what is left of its wait. */
  find(asker: Asker, wallMs: number): LeaseRefusal | undefined {
    const { allowance, tenant, user } = asker;
    return (
      this.#at(`${allowance}`, asker, wallMs) ??
      this.#at(`${allowance}/${tenant}`, asker, wallMs) ??
      this.#at(`${allowance}/${tenant}/${user ?? ""}`, asker, wallMs)
    );
  }

  remember(refusal: LeaseRefusal, asker: Asker, fromMs: number): void {
    if (this.#refusals.size >= REFUSALS_LIMIT) this.#refusals.clear();
    this.#refusals.set(nameOf(refusal, asker), { refusal, cost: asker.cost, fromMs });
  }

  #at(name: string, { cost }: Asker, wallMs: number): LeaseRefusal | undefined {
    const known = this.#refusals.get(name);
    if (known === undefined || cost < known.cost) return undefined;
    const agoMs = wallMs - known.fromMs;
    // A clock that was set back would keep it for as long as that.
    if (agoMs < 0 || agoMs >= lifeOf(known.refusal)) {
      this.#refusals.delete(name);
      return undefined;
    }
    const waited = Math.floor(agoMs / 1_000);
    const retryAfterSeconds = Math.max(1, known.refusal.retryAfterSeconds - waited);
    return { ...known.refusal, retryAfterSeconds };
  }
}

function nameOf({ scope }: LeaseRefusal, { allowance, tenant, user }: Asker): string {
  switch (scope) {
    case "key":
    case "allowance":
      return allowance;
    case "tenant":
      return `${allowance}/${tenant}`;
    case "user":
      return `${allowance}/${tenant}/${user ?? ""}`;
  }
}

function lifeOf({ reason, retryAfterSeconds }: LeaseRefusal): number {
  const mostMs = Math.min(LONGEST_MS, retryAfterSeconds * 1_000);
  return reason === "rate_limited" || reason === "quota_unavailable"
    ? Math.min(mostMs, REMEMBERED_MS[reason])
    : mostMs;
}
