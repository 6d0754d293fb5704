/**
 * Permits as an isolate gives them: from small blocks of calls that it leases from the authority, so that a request
 * that makes several calls has one round trip. What became of calls is told behind answers, in batches; what is not
 * used for a second goes back. Nothing is spent that the authority did not grant, and nobody waits in a queue.
 */
import { isOutage } from "../domain/failure.ts";
import type { Eventually } from "../pipeline/stages.ts";
import type { Background } from "../platform/background.ts";
import { randomToken } from "../platform/token.ts";
import { LeaseBlock } from "./lease-block.ts";
import type { Allowance, Permit, PermitAnswer, PermitRequest, Permits } from "./permits.ts";
import type { LeaseRefusal, QuotaAuthority } from "./quota-authority.ts";
import type { QuotaLimits } from "./quota-limits.ts";
import { RefusalMemory } from "./refusal-memory.ts";

export interface QuotaDeskSettings {
  readonly authority: QuotaAuthority;
  readonly limits: QuotaLimits;
  /** Whether tenants share the key. */
  readonly shared: boolean;
  /** This isolate's clock as it is, steps included: a lease ends at once when it was set back. */
  readonly wallMs: () => number;
  /** Resolves after so long, whatever clocks do. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** A block that nobody took from for so long goes back. */
const IDLE_MS = 1_000;
/** Calls that end within this time are reported together. */
const REPORT_AFTER_MS = 100;
const REPORT_ATTEMPTS = 3;
const BLOCKS_LIMIT = 1_000;
/** An authority that has not answered by then does not hold up the next block. */
const ASKING_MS = 300;

const UNAVAILABLE: LeaseRefusal = {
  granted: false,
  reason: "quota_unavailable",
  scope: "key",
  retryAfterSeconds: 1,
};

export class QuotaDesk implements Permits {
  readonly #settings: QuotaDeskSettings;
  readonly #refusals = new RefusalMemory();
  /** By what they may be spent on. */
  readonly #blocks = new Map<string, LeaseBlock>();
  /** By purpose: somebody is asking for a block, who may have died with its request by then. */
  readonly #askingUntilMs = new Map<string, number>();
  /** There is news of these that the authority was not told. */
  readonly #unreported = new Map<string, LeaseBlock>();
  #lastMs = 0;

  constructor(settings: QuotaDeskSettings) {
    this.#settings = settings;
  }

  ask(request: PermitRequest): Eventually<PermitAnswer> {
    const wallMs = this.#observe(request.background);
    const block = this.#blocks.get(purposeOf(request));
    const lifeMs = block?.lifeMs(wallMs) ?? 0;
    if (block !== undefined && block.left > 0 && lifeMs > 0) {
      return { granted: true, permit: this.#permit(block, request, lifeMs) };
    }
    const refusal = this.#refusals.find(request, wallMs);
    return refusal === undefined ? this.#lease(request, wallMs) : answerOf(refusal);
  }

  exhausted(allowance: Allowance, dateMs: number | undefined, background: Background): void {
    background.run("quota_exhausted", () => this.#settings.authority.exhausted(allowance, dateMs));
    for (const [purpose, block] of this.#blocks) {
      if (purpose.startsWith(`${allowance}/`)) this.#close(block, background);
    }
  }

  async #lease(request: PermitRequest, askedMs: number): Promise<PermitAnswer> {
    const { authority, limits, shared } = this.#settings;
    const { allowance, cost, tenant, user, background } = request;
    const lease = randomToken();
    // Calls that begin together ask together: one of them brings a block, the others what they need themselves.
    const purpose = purposeOf(request);
    const others = askedMs < (this.#askingUntilMs.get(purpose) ?? 0);
    if (!others) this.#noteAsking(purpose, askedMs + ASKING_MS);
    const most = others ? { most: 1 } : {};
    try {
      const asked = { lease, allowance, cost, tenant, user, shared, limits, ...most };
      const answer = await authority.lease(asked);
      if (!others) this.#askingUntilMs.delete(purpose);
      const wallMs = this.#observe(background);
      if (!answer.granted) {
        this.#refusals.remember(answer, request, wallMs);
        return answerOf(answer);
      }
      const granted = { lease, calls: answer.calls, fromMs: askedMs };
      const block = new LeaseBlock({ ...granted, untilMs: askedMs + answer.forMs });
      return this.#open(block, request, wallMs);
    } catch (error) {
      if (!isOutage(error)) throw error;
      // It may have been granted all the same.
      const unused = Number.MAX_SAFE_INTEGER;
      const nothing = { lease, dated: 0, undated: 0, lost: 0, unused, dateMs: undefined };
      background.run("quota_release", () => authority.settle([nothing]));
      this.#refusals.remember(UNAVAILABLE, request, this.#settings.wallMs());
      return answerOf(UNAVAILABLE);
    }
  }

  #noteAsking(purpose: string, untilMs: number): void {
    if (this.#askingUntilMs.size >= BLOCKS_LIMIT) this.#askingUntilMs.clear();
    this.#askingUntilMs.set(purpose, untilMs);
  }

  #open(block: LeaseBlock, request: PermitRequest, wallMs: number): PermitAnswer {
    const lifeMs = block.lifeMs(wallMs);
    if (lifeMs === 0) {
      this.#close(block, request.background);
      return answerOf(UNAVAILABLE);
    }
    const permit = this.#permit(block, request, lifeMs);
    if (block.left > 0) this.#keep(block, request);
    return { granted: true, permit };
  }

  /** For other calls of the same purpose. An older block with calls left is kept alive by its own timer only. */
  #keep(block: LeaseBlock, { background, ...request }: PermitRequest): void {
    if (this.#blocks.size >= BLOCKS_LIMIT) {
      for (const other of this.#blocks.values()) this.#close(other, background);
      this.#blocks.clear();
    }
    const purpose = purposeOf(request);
    const former = this.#blocks.get(purpose);
    if (former !== undefined && former !== block) this.#close(former, background);
    this.#blocks.set(purpose, block);
    background.run("quota_lease", () => this.#tend(block, purpose));
  }

  /** Gives back what nobody takes. A timer and not a clock says when, since clocks step. */
  async #tend(block: LeaseBlock, purpose: string): Promise<void> {
    let left = -1;
    while (block.left > 0 && block.left !== left && block.lifeMs(this.#settings.wallMs()) > 0) {
      left = block.left;
      await this.#settings.sleep(IDLE_MS);
    }
    block.close();
    if (this.#blocks.get(purpose) === block) this.#blocks.delete(purpose);
    this.#unreported.set(block.lease, block);
    await this.#report();
  }

  #permit(block: LeaseBlock, request: PermitRequest, lifeMs: number): Permit {
    const { background, nowMs } = request;
    block.take();
    let over = false;
    const end = (became: () => void) => {
      if (over) return;
      over = true;
      became();
      this.#unreported.set(block.lease, block);
      background.run("quota_report", () => this.#reportSoon());
    };
    return {
      untilMs: nowMs + lifeMs,
      answered: (dateMs) => {
        end(() => {
          block.answered(dateMs);
        });
      },
      lost: () => {
        end(() => {
          block.lost();
        });
      },
      unused: () => {
        end(() => {
          if (block.putBack() && block.left === 1) this.#keep(block, request);
        });
      },
    };
  }

  #close(block: LeaseBlock, background: Background): void {
    block.close();
    this.#unreported.set(block.lease, block);
    background.run("quota_report", () => this.#reportSoon());
  }

  async #reportSoon(): Promise<void> {
    await this.#settings.sleep(REPORT_AFTER_MS);
    await this.#report();
  }

  async #report(): Promise<void> {
    for (let attempt = 1; this.#unreported.size > 0; attempt += 1) {
      const blocks = [...this.#unreported.values()];
      this.#unreported.clear();
      try {
        await this.#settings.authority.settle(blocks.map((block) => block.report()));
      } catch (error) {
        for (const block of blocks) this.#unreported.set(block.lease, block);
        if (attempt === REPORT_ATTEMPTS) throw error;
        await this.#settings.sleep(attempt * IDLE_MS);
      }
    }
  }

  /** Reads the clock. When it was set back, nobody knows how old a lease is. */
  #observe(background: Background): number {
    const wallMs = this.#settings.wallMs();
    if (wallMs < this.#lastMs) {
      for (const block of this.#blocks.values()) this.#close(block, background);
      this.#blocks.clear();
      this.#askingUntilMs.clear();
    }
    this.#lastMs = wallMs;
    return wallMs;
  }
}

type Purpose = Pick<PermitRequest, "allowance" | "cost" | "tenant" | "user">;

const purposeOf = ({ allowance, cost, tenant, user }: Purpose): string =>
  `${allowance}/${cost}/${tenant}/${user ?? ""}`;

const answerOf = ({ reason, retryAfterSeconds }: LeaseRefusal): PermitAnswer => ({
  granted: false,
  reason,
  retryAfterSeconds,
});
