/** Runs a ledger: writes what it decides before it answers, lets time pass for it, and asks Google for the time. */
import { isKnown, TICK_MS, TICK_TIMER_MS } from "./google-time.ts";
import type { LedgerRecords } from "./ledger-records.ts";
import { pacificDayOf } from "./pacific-day.ts";
import type { Allowance } from "./permits.ts";
import type { LeaseAnswer, LeaseReport, LeaseRequest } from "./quota-authority.ts";
import { QuotaBook } from "./quota-book.ts";
import { QuotaLedger } from "./quota-ledger.ts";
import { viewOf } from "./present-quota.ts";
import type { QuotaView, ViewRequest } from "./quota-view.ts";
import type { ServerClock } from "./server-clock.ts";

export interface QuotaKeeperSettings {
  readonly records: LedgerRecords;
  readonly clock: ServerClock;
  /** Our own clock: only a hint that it is worth asking for the time. It may step as it likes. */
  readonly wallMs: () => number;
  /** A timer, which no clock can set back. */
  readonly after: (ms: number, then: () => void) => void;
  /** Keeps work alive that no answer waits for. */
  readonly behind: (work: Promise<void>) => void;
}

/** Google is asked for the time at most so often; while that holds, time is counted. */
const ASK_EVERY_MS = 60_000;
const ASK_AGAIN_MS = 5_000;
const FAILURES_LIMIT = 5;
/** A refusal that may rest on an old time is soon reconsidered. */
const RECONSIDER_SECONDS = 2;

export class QuotaKeeper {
  readonly #settings: QuotaKeeperSettings;
  readonly #book: QuotaBook;
  readonly #ledger: QuotaLedger;
  #ticking = false;
  /** Elapsed time; undefined since the last start: whatever the book says may be old. */
  #askedAtMs: number | undefined;
  /** Times in a row, since somebody asked, that Google did not tell the time. */
  #failures = 0;

  constructor(settings: QuotaKeeperSettings) {
    this.#settings = settings;
    this.#book = new QuotaBook(settings.records);
    this.#ledger = new QuotaLedger(this.#book);
  }

  lease(request: LeaseRequest): LeaseAnswer {
    const answer = this.#ledger.lease(request);
    this.#failures = 0;
    const asking = this.#keepTime(!answer.granted);
    this.#book.save();
    if (answer.granted || !asking) return answer;
    return {
      ...answer,
      retryAfterSeconds: Math.min(answer.retryAfterSeconds, RECONSIDER_SECONDS),
    };
  }

  settle(reports: readonly LeaseReport[]): void {
    for (const report of reports) this.#ledger.settle(report, this.#settings.wallMs());
    this.#keepTime(false);
    this.#book.save();
  }

  exhausted(allowance: Allowance, dateMs: number | undefined): void {
    this.#ledger.exhausted(allowance, dateMs, this.#settings.wallMs());
    this.#keepTime(dateMs === undefined);
    this.#book.save();
  }

  view(request: ViewRequest): QuotaView {
    this.#keepTime(false);
    const view = viewOf(this.#book, request);
    if (isKnown(this.#book.time)) return view;
    // Nothing was granted yet that an answer came to: our own clock will do for the eye.
    return { ...view, resetsAtMs: pacificDayOf(this.#settings.wallMs()).endMs };
  }

  /** True when Google is being asked for the time. */
  #keepTime(refused: boolean): boolean {
    const due = this.#isDue(refused);
    if (due) {
      this.#askedAtMs = this.#book.time.elapsedMs;
      this.#settings.behind(this.#ask(this.#askedAtMs));
    }
    this.#keepTicking();
    return due;
  }

  #isDue(refused: boolean): boolean {
    const { elapsedMs } = this.#book.time;
    if (this.#askedAtMs !== undefined && elapsedMs < this.#askedAtMs + ASK_EVERY_MS) return false;
    if (refused || this.#worthAsking || !isKnown(this.#book.time)) return true;
    return this.#settings.wallMs() >= this.#ledger.today.endMs;
  }

  /** Nobody waits for this: it is tried a few times, and again when the time was told for another reason. */
  get #worthAsking(): boolean {
    return this.#ledger.doubting && this.#failures < FAILURES_LIMIT;
  }

  async #ask(sentAtMs: number): Promise<void> {
    const dateMs = await this.#settings.clock.now();
    const told =
      dateMs !== undefined && this.#ledger.hear(dateMs, sentAtMs, this.#settings.wallMs());
    this.#failures = told ? 0 : this.#failures + 1;
    if (!told) this.#askedAtMs = this.#book.time.elapsedMs - ASK_EVERY_MS + ASK_AGAIN_MS;
    this.#keepTicking();
    this.#book.save();
  }

  #keepTicking(): void {
    if (this.#ticking || !this.#needsTicks()) return;
    this.#ticking = true;
    this.#settings.after(TICK_TIMER_MS, () => {
      this.#ticking = false;
      this.#ledger.tick(TICK_MS);
      this.#keepTime(false);
    });
  }

  #needsTicks(): boolean {
    if (this.#ledger.waiting || this.#worthAsking) return true;
    if (this.#askedAtMs === undefined) return false;
    return this.#book.time.elapsedMs < this.#askedAtMs + ASK_EVERY_MS;
  }
}
