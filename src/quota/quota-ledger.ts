/**
 * Decides who may call. State in, decision out: Google's time is what was heard of it (google-time.ts), and whoever
 * runs a ledger saves it before an answer leaves.
 */
import { isClosed, openDay, settled, withoutDoubt } from "./day-allowance.ts";
import { atLeast, heard, hasPassed, isKnown, latestOf, ticked } from "./google-time.ts";
import { type PacificDay, pacificDayOf } from "./pacific-day.ts";
import type { Allowance } from "./permits.ts";
import type { LeaseAnswer, LeaseRefusal, LeaseReport, LeaseRequest } from "./quota-authority.ts";
import type { QuotaLimits } from "./quota-limits.ts";
import type { OpenCalls, QuotaBook } from "./quota-book.ts";
import { isOver, slotsFor } from "./rate-slots.ts";
import { mostWithin, TENANTS_FACTOR } from "./shares.ts";

/** How long an isolate may spend a lease. */
const LEASE_MS = 20_000;
/** A call that was given up may still be on its way, in some proxy, for so long. */
const LOST_MS = 60_000;
/** Of a lease that is not reported on, for whatever reason, every call counts as made until so long after its end. */
const UNHEARD_MS = 600_000;
/** A date so far ahead of our own clock is no time but a fault: believed once, it would close the days before it. */
const PLAUSIBLE_MS = 86_400_000;

/** Calls of a lease. A search is a hundredth of the day: it is leased when it is made. */
const BLOCK = { search: 1, units: 5 } as const;
/** A lease takes slots of the second that nobody else has meanwhile. */
const SECONDS_SHARE = 4;

const NOTHING = { dated: 0, undated: 0, lost: 0, unused: 0, dateMs: undefined } as const;

export class QuotaLedger {
  readonly #book: QuotaBook;

  constructor(book: QuotaBook) {
    this.#book = book;
    this.#advance();
  }

  /** The day at Google, as far as it is known. */
  get today(): PacificDay {
    return pacificDayOf(atLeast(this.#book.time));
  }

  /** Something waits for time to pass. */
  get waiting(): boolean {
    return this.#book.open.size > 0 || this.#book.holds.size > 0;
  }

  /** Tomorrow would count calls that are over, only because it is not known when they were. */
  get doubting(): boolean {
    return (["search", "units"] as const).some(
      (allowance) => this.#book.day(allowance).doubtful.length > 0,
    );
  }

  tick(ms: number): void {
    this.#book.setTime(ticked(this.#book.time, ms));
    this.#advance();
  }

  /** An answer of Google's to what was sent at `sentAtMs` of elapsed time. `wallMs` is our own clock. */
  hear(dateMs: number, sentAtMs: number, wallMs: number): boolean {
    if (!(dateMs > 0 && dateMs < wallMs + PLAUSIBLE_MS)) return false;
    this.#book.setTime(heard(this.#book.time, dateMs, sentAtMs));
    this.#advance();
    return true;
  }

  lease(request: LeaseRequest): LeaseAnswer {
    const known = this.#book.open.get(request.lease);
    if (known !== undefined) return { granted: true, calls: known.granted, forMs: LEASE_MS };
    const tokens = this.#tokensFor(request);
    if (tokens.refusal !== undefined) return tokens.refusal;
    const slots = slotsFor(
      request,
      this.#book.open.values(),
      this.#book.holds.values(),
      this.#book.time,
    );
    if (slots.calls < 1) {
      const { scope, retryAfterSeconds } = slots;
      return { granted: false, reason: "rate_limited", scope, retryAfterSeconds };
    }
    const { allowance, cost, limits, tenant, user } = request;
    const block = allowance === "search" ? BLOCK.search : blockOf(limits);
    const wanted = Math.min(block, request.most ?? block);
    const calls = Math.min(wanted, Math.floor(tokens.most / cost), slots.calls);
    const open = { allowance, cost, tenant, user, calls, granted: calls, reported: NOTHING };
    const sinceMs = this.#book.time.elapsedMs;
    this.#book.setOpen(request.lease, { ...open, sinceMs, waitMs: LEASE_MS + UNHEARD_MS });
    this.#spend(open, calls * cost);
    return { granted: true, calls, forMs: LEASE_MS };
  }

  /** What became of a lease. Reports of leases that are over, or never were, change nothing. */
  settle(report: LeaseReport, wallMs: number): void {
    const dateMs = this.#dateOf(report, wallMs);
    const open = this.#book.open.get(report.lease);
    if (open === undefined) return;
    const news = newsOf(open, report);
    const { elapsedMs: overAtMs } = this.#book.time;
    this.#book.setOpen(
      report.lease,
      news.left === 0 ? undefined : { ...open, calls: news.left, reported: report },
    );
    this.#spend(open, -news.unused * open.cost);
    if (news.lost > 0) {
      const lost = { ...open, calls: news.lost, sinceMs: overAtMs, waitMs: LOST_MS };
      this.#book.setOpen(`${report.lease}/lost/${report.lost}`, lost);
    }
    // Without a date it is in doubt when a call was counted.
    this.#close(open, dateMs === undefined ? 0 : news.dated, dateMs && latestOf(dateMs));
    this.#close(open, news.undated + (dateMs === undefined ? news.dated : 0), undefined);
  }

  /** Google said that nothing is left: a late word of yesterday's closes nothing. */
  exhausted(allowance: Allowance, dateMs: number | undefined, wallMs: number): void {
    // No call of ours is known to have come before this word, so it bounds time from below only.
    if (dateMs !== undefined) this.hear(dateMs, -1, wallMs);
    const { startMs } = this.today;
    if (dateMs !== undefined && dateMs < startMs) return;
    this.#book.setDay(allowance, { ...this.#book.day(allowance), closedMs: startMs });
  }

  #dateOf({ lease, dateMs }: LeaseReport, wallMs: number): number | undefined {
    if (dateMs === undefined) return undefined;
    const sinceMs = this.#book.open.get(lease)?.sinceMs ?? -1;
    return this.hear(dateMs, sinceMs, wallMs) ? dateMs : undefined;
  }

  #tokensFor({
    allowance,
    cost,
    tenant,
    user,
    shared,
    limits,
  }: LeaseRequest):
    | { readonly refusal: LeaseRefusal }
    | { readonly refusal?: undefined; readonly most: number } {
    const day = this.#book.day(allowance);
    const free = limitOf(limits, allowance) - day.spent;
    if (isClosed(day) || free < cost) {
      return { refusal: this.#until("quota_exhausted", "allowance") };
    }
    const held = this.#book.tokensOf(allowance).get(tenant);
    const ofUser = held?.users.get(user ?? "") ?? 0;
    const forUser = user === undefined ? free : userLimitOf(limits, allowance) - ofUser;
    if (forUser < cost) return { refusal: this.#until("budget_exhausted", "user") };
    const forTenant = shared ? mostWithin(free, held?.sum ?? 0, TENANTS_FACTOR) : free;
    if (forTenant < cost) return { refusal: this.#until("budget_exhausted", "tenant") };
    return { most: Math.min(free, forUser, forTenant) };
  }

  #until(reason: LeaseRefusal["reason"], scope: LeaseRefusal["scope"]): LeaseRefusal {
    const { time } = this.#book;
    const leftMs = isKnown(time) ? this.today.endMs - atLeast(time) : 1_000;
    return { granted: false, reason, scope, retryAfterSeconds: Math.ceil(leftMs / 1_000) };
  }

  #spend(open: Pick<OpenCalls, "allowance" | "tenant" | "user">, tokens: number): void {
    if (tokens === 0) return;
    const day = this.#book.day(open.allowance);
    this.#book.setDay(open.allowance, { ...day, spent: day.spent + tokens });
    this.#book.addTokens(open.allowance, open, tokens);
  }

  /** Calls are over. */
  #close(open: OpenCalls, calls: number, atMostMs: number | undefined): void {
    if (calls === 0) return;
    const { allowance, cost, tenant, user } = open;
    const { time } = this.#book;
    const overAtMs = time.elapsedMs;
    this.#book.addHold({ tenant, user, calls, overAtMs });
    const entry = {
      tokens: calls * cost,
      overAtMs,
      ...(atMostMs === undefined ? {} : { atMostMs }),
    };
    const day = settled(this.#book.day(allowance), entry, this.today.endMs, time);
    this.#book.setDay(allowance, day);
  }

  /** Does what time brings: calls that must be over by now, slots that are free again, the next day. */
  #advance(): void {
    const { time } = this.#book;
    for (const [key, hold] of this.#book.holds) if (isOver(hold, time)) this.#book.dropHold(key);
    // Before calls are closed: what is closed is in doubt for the day after the one that is open.
    for (const allowance of ["search", "units"] as const) this.#openDay(allowance);
    for (const [id, open] of this.#book.open) {
      if (!hasPassed(time, open.sinceMs, open.waitMs)) continue;
      this.#book.setOpen(id, undefined);
      this.#close(open, open.calls, undefined);
    }
  }

  #openDay(allowance: Allowance): void {
    const { startMs, endMs } = this.today;
    const day = this.#book.day(allowance);
    if (startMs <= day.startMs) {
      const certain = withoutDoubt(day, endMs, this.#book.time);
      if (certain !== day) this.#book.setDay(allowance, certain);
      return;
    }
    const open = [...this.#book.open.values()].filter((calls) => calls.allowance === allowance);
    const leased = open.reduce((sum, { calls, cost }) => sum + calls * cost, 0);
    this.#book.setDay(allowance, openDay(day, startMs, leased, this.#book.time));
    this.#book.clearTokens(allowance);
    for (const calls of open) this.#book.addTokens(allowance, calls, calls.calls * calls.cost);
  }
}

export const limitOf = (limits: QuotaLimits, allowance: Allowance): number =>
  allowance === "search" ? limits.searchPerDay : limits.unitsPerDay;

const userLimitOf = (limits: QuotaLimits, allowance: Allowance): number =>
  allowance === "search" ? limits.userSearchPerDay : limits.userUnitsPerDay;

const blockOf = ({ callsPerSecond }: QuotaLimits): number =>
  Math.max(1, Math.min(BLOCK.units, Math.floor(callsPerSecond / SECONDS_SHARE)));

/** What a report says beyond the one before it, never more than is open: an older report says nothing. */
function newsOf(open: OpenCalls, report: LeaseReport) {
  let left = open.calls;
  const take = (kind: "dated" | "undated" | "lost" | "unused"): number => {
    const calls = Math.min(left, Math.max(0, report[kind] - open.reported[kind]));
    left -= calls;
    return calls;
  };
  const news = {
    dated: take("dated"),
    undated: take("undated"),
    lost: take("lost"),
    unused: take("unused"),
  };
  return { ...news, left };
}
