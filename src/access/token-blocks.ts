/**
 * Rate limits as an isolate spends them: one block of tokens a user and minute, so that a warm request costs no
 * round trip. When the counter does not answer, requests are let through on a count of this isolate alone, and
 * marked: a limit protects the feed and must not take it down.
 */
import type { TenantId, UserId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import { LocalRate } from "./local-rate.ts";
import { type LimitKey, type RateLimits, type TokenBlock, MINUTE_MS } from "./rate-limits.ts";
import type { RequestLimits } from "./tenant-access.ts";

export interface Admission {
  readonly admitted: boolean;
  /** Which limit this speaks of: the one that was hit, otherwise the user's where there is one. */
  readonly scope: "user" | "tenant";
  readonly limit: number;
  /** As far as this isolate knows: what is left of the minute and of its own block. */
  readonly remaining: number;
  readonly resetSeconds: number;
  /** The counter did not answer: this isolate counted alone. */
  readonly degraded: boolean;
}

interface Block {
  readonly minute: number;
  tokens: number;
  left: number;
  untilMs: number;
}

export interface Spending {
  readonly tenant: TenantId;
  /** Undefined for a request that no user can be named for: only the tenant's limit holds. */
  readonly user: UserId | undefined;
  readonly limits: RequestLimits;
  readonly nowMs: number;
  readonly background: Background;
}

const BLOCKS_LIMIT = 20_000;
/** How long a counter that did not answer is left alone: every attempt makes a user wait for its deadline. */
const LEFT_ALONE_MS = 2_000;
const LEFT_ALONE_LIMIT = 10_000;

export class TokenBlocks {
  readonly #counter: RateLimits;
  readonly #blocks = new Map<string, Block>();
  readonly #local = new LocalRate(MINUTE_MS);
  /** Until when the counter of a tenant is not asked. */
  readonly #leftAlone = new Map<TenantId, number>();

  constructor(counter: RateLimits) {
    this.#counter = counter;
  }

  /** Spends one token of each limit that holds. Not a promise while there are tokens; undefined without a limit. */
  spend(spending: Spending): Admission | undefined | Promise<Admission | undefined> {
    const { tenant, user, limits } = spending;
    if (user === undefined) return this.#spendTenant(spending, undefined);
    const spent = this.#spendOne({ tenant, user }, limits.userPerMinute, spending);
    if (spent instanceof Promise) return spent.then((own) => this.#spendTenant(spending, own));
    return this.#spendTenant(spending, spent);
  }

  #spendTenant(
    spending: Spending,
    own: Admission | undefined,
  ): Admission | undefined | Promise<Admission | undefined> {
    const { tenant, limits } = spending;
    if (limits.tenantPerMinute === null || own?.admitted === false) return own;
    const shared = this.#spendOne({ tenant }, limits.tenantPerMinute, spending);
    if (shared instanceof Promise) return shared.then((all) => this.#both(spending, own, all));
    return this.#both(spending, own, shared);
  }

  #both({ tenant, user }: Spending, own: Admission | undefined, shared: Admission): Admission {
    if (own === undefined) return shared;
    if (shared.admitted) return own;
    const block = this.#blocks.get(nameOf({ tenant, ...(user === undefined ? {} : { user }) }));
    // The request is refused, so the user did not have it.
    if (block !== undefined && !own.degraded) block.tokens += 1;
    return shared;
  }

  #spendOne(key: LimitKey, limit: number, spending: Spending): Admission | Promise<Admission> {
    const { nowMs } = spending;
    const block = this.#blocks.get(nameOf(key));
    if (block !== undefined && nowMs < block.untilMs) {
      if (block.tokens > 0) return spendOf(block, key, limit, nowMs);
      // Nothing was left at the last asking, and tokens do not come back within a minute.
      if (block.left === 0) return refusal(block, key, limit, nowMs);
    }
    if (nowMs < (this.#leftAlone.get(key.tenant) ?? 0)) return this.#spendAlone(key, limit, nowMs);
    return this.#ask(key, limit, spending);
  }

  async #ask(key: LimitKey, limit: number, { nowMs, background }: Spending): Promise<Admission> {
    try {
      const block = this.#keep(nameOf(key), await this.#counter.take(key, limit), nowMs);
      return block.tokens > 0
        ? spendOf(block, key, limit, nowMs)
        : refusal(block, key, limit, nowMs);
    } catch (error) {
      if (this.#leftAlone.size >= LEFT_ALONE_LIMIT) this.#leftAlone.clear();
      this.#leftAlone.set(key.tenant, nowMs + LEFT_ALONE_MS);
      background.run("rate-limits", () => Promise.reject(error));
      return this.#spendAlone(key, limit, nowMs);
    }
  }

  /**
   * Adds to the block of the same minute that another request of this isolate may have fetched meanwhile. The end is
   * reckoned from before the asking, so that it is never later than the counter's own.
   */
  #keep(name: string, taken: TokenBlock, askedMs: number): Block {
    const { minute, tokens, left } = taken;
    const untilMs = askedMs + taken.endsInMs;
    const known = this.#blocks.get(name);
    if (known !== undefined && known.minute >= minute) {
      if (known.minute > minute) return known;
      known.tokens += tokens;
      known.left = Math.min(known.left, left);
      return known;
    }
    // Tokens that are forgotten here are lost: fewer requests pass, never more.
    if (this.#blocks.size >= BLOCKS_LIMIT) this.#forgetEnded(askedMs);
    const block: Block = { minute, tokens, left, untilMs };
    this.#blocks.set(name, block);
    return block;
  }

  #forgetEnded(nowMs: number): void {
    for (const [name, { untilMs }] of this.#blocks) if (untilMs <= nowMs) this.#blocks.delete(name);
    if (this.#blocks.size >= BLOCKS_LIMIT) this.#blocks.clear();
  }

  #spendAlone(key: LimitKey, limit: number, nowMs: number): Admission {
    const left = this.#local.spend(nameOf(key), limit, nowMs);
    return {
      admitted: left !== undefined,
      scope: scopeOf(key),
      limit,
      remaining: left ?? 0,
      resetSeconds: secondsOf(this.#local.endsInMs(nowMs)),
      degraded: true,
    };
  }
}

const scopeOf = ({ user }: LimitKey): "user" | "tenant" => (user === undefined ? "tenant" : "user");

const nameOf = ({ tenant, user }: LimitKey): string =>
  user === undefined ? tenant : `${tenant}/${user}`;

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

function spendOf(block: Block, key: LimitKey, limit: number, nowMs: number): Admission {
  block.tokens -= 1;
  return {
    admitted: true,
    scope: scopeOf(key),
    limit,
    remaining: block.tokens + block.left,
    resetSeconds: secondsOf(block.untilMs - nowMs),
    degraded: false,
  };
}

const refusal = (block: Block, key: LimitKey, limit: number, nowMs: number): Admission => ({
  admitted: false,
  scope: scopeOf(key),
  limit,
  remaining: 0,
  resetSeconds: secondsOf(block.untilMs - nowMs),
  degraded: false,
});
