/**
 * A key's quota with everything that can go wrong around it: isolates and an authority that are restarted, clocks that
 * step, messages that are slow or lost, calls that arrive late or never, and Google that counts.
 */
import { FailureError } from "../../src/domain/failure.ts";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import type { Background } from "../../src/platform/background.ts";
import { MemoryQuotaAuthority } from "../../src/quota/memory-quota-authority.ts";
import type { Allowance, Permit, PermitAnswer } from "../../src/quota/permits.ts";
import type { QuotaAuthority } from "../../src/quota/quota-authority.ts";
import type { QuotaLimits } from "../../src/quota/quota-limits.ts";
import { QuotaDesk } from "../../src/quota/quota-desk.ts";
import { CountingGoogle } from "./counting-google.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface Fate {
  readonly end: "answered" | "undated" | "lost" | "never counted" | "unused" | "forgotten";
  /** Until it is sent, from then until it is counted, and from then until its answer is here. */
  readonly delaysMs: readonly [number, number, number];
  /** How far the clock of the machine that answers is off. */
  readonly skewMs: number;
}

export interface AskStep {
  readonly isolate: number;
  readonly allowance: Allowance;
  readonly cost: number;
  readonly tenant: string;
  readonly user: string | undefined;
  readonly fate: Fate;
}

export type Message = "whole" | "request lost" | "answer lost";

interface Isolate {
  desk: QuotaDesk;
  alive: { yes: boolean };
  offsetMs: number;
}

export class QuotaWorld {
  readonly time: VirtualTime;
  readonly google: CountingGoogle;
  readonly authority: MemoryQuotaAuthority;
  readonly #limits: QuotaLimits;
  readonly #isolates: Isolate[] = [];
  #authorityOffsetMs = 0;
  clockWorks = true;
  message: Message = "whole";
  roundTripMs = 20;
  readonly refusals = new Map<string, number>();
  granted = 0;
  /** The longest that an ask took beyond one round trip. */
  longestWaitMs = 0;
  readonly errors: unknown[] = [];

  constructor(settings: {
    readonly startMs: number;
    readonly limits: QuotaLimits;
    readonly isolates: number;
  }) {
    this.time = new VirtualTime(settings.startMs);
    this.google = new CountingGoogle(settings.limits);
    this.#limits = settings.limits;
    this.authority = new MemoryQuotaAuthority({
      clock: { now: () => this.#googleNow() },
      wallMs: () => this.time.nowMs + this.#authorityOffsetMs,
      after: (ms, then) => {
        this.time.after(ms, then);
      },
      behind: () => undefined,
    });
    for (let at = 0; at < settings.isolates; at += 1) {
      this.#isolates.push(this.#anIsolate(0));
    }
  }

  /** Begins one call on behalf of somebody; its end is a matter of time. */
  ask({ isolate: at, fate, tenant, user, ...what }: AskStep): void {
    const isolate = this.#isolates[at % this.#isolates.length];
    if (isolate === undefined) throw new Error("no isolate");
    const { alive } = isolate;
    const askedMs = this.time.nowMs;
    const answering = isolate.desk.ask({
      ...what,
      tenant: tenant as TenantId,
      user: user as UserId | undefined,
      nowMs: askedMs + isolate.offsetMs,
      background: this.#background,
    });
    const roundTripMs = this.roundTripMs;
    this.#background.run("ask", async () => {
      const answer = await answering;
      const tookMs = this.time.nowMs - askedMs;
      this.longestWaitMs = Math.max(this.longestWaitMs, tookMs - roundTripMs);
      this.#note(answer);
      if (answer.granted && alive.yes) await this.#call(answer.permit, isolate, { ...what, fate });
    });
  }

  stepClock(at: number, byMs: number): void {
    const isolate = this.#isolates[at % (this.#isolates.length + 1)];
    if (isolate === undefined) this.#authorityOffsetMs += byMs;
    else isolate.offsetMs += byMs;
  }

  restart(at: number): void {
    const index = at % (this.#isolates.length + 1);
    const isolate = this.#isolates[index];
    if (isolate === undefined) {
      this.authority.restart();
      return;
    }
    isolate.alive.yes = false;
    this.#isolates[index] = this.#anIsolate(isolate.offsetMs);
  }

  /** Everything works from now on. */
  heal(): void {
    this.clockWorks = true;
    this.message = "whole";
    this.roundTripMs = 20;
    this.#authorityOffsetMs = 0;
    for (const isolate of this.#isolates) isolate.offsetMs = 0;
  }

  async #call(
    permit: Permit,
    isolate: Isolate,
    { allowance, cost, fate }: Pick<AskStep, "allowance" | "cost" | "fate">,
  ): Promise<void> {
    const { alive } = isolate;
    const { end, delaysMs, skewMs } = fate;
    const [sendMs, arriveMs, answerMs] = delaysMs;
    await this.time.sleep(sendMs);
    if (!alive.yes || end === "forgotten") return;
    if (end === "unused" || this.time.nowMs + isolate.offsetMs >= permit.untilMs) {
      permit.unused();
      return;
    }
    // A call that was given up may arrive all the same.
    if (end === "lost")
      this.time.after(Math.min(arriveMs, 2_000), () => alive.yes && permit.lost(), true);
    await this.time.sleep(arriveMs);
    if (end !== "never counted") this.google.count(this.time.nowMs, allowance, cost);
    if (end === "lost") return;
    const date = Math.floor((this.time.nowMs + skewMs) / 1_000) * 1_000;
    await this.time.sleep(answerMs);
    if (!alive.yes) return;
    if (end === "never counted") permit.lost();
    else permit.answered(end === "undated" ? undefined : date);
  }

  #note(answer: PermitAnswer): void {
    if (answer.granted) {
      this.granted += 1;
      return;
    }
    this.refusals.set(answer.reason, (this.refusals.get(answer.reason) ?? 0) + 1);
  }

  readonly #background: Background = {
    run: (name, work) => {
      work().catch((error: unknown) => {
        if (!(error instanceof FailureError)) this.errors.push(name, error);
      });
    },
  };

  #anIsolate(offsetMs: number): Isolate {
    const alive = { yes: true };
    const isolate: Isolate = { alive, offsetMs, desk: undefined as never };
    isolate.desk = new QuotaDesk({
      authority: this.#wire(alive),
      limits: this.#limits,
      shared: true,
      wallMs: () => this.time.nowMs + isolate.offsetMs,
      sleep: async (ms) => {
        await this.time.sleep(ms);
        if (!alive.yes) await new Promise(() => undefined);
      },
    });
    return isolate;
  }

  async #googleNow(): Promise<number | undefined> {
    const works = this.clockWorks;
    await this.time.sleep(this.roundTripMs);
    if (!works) return undefined;
    const date = Math.floor(this.time.nowMs / 1_000) * 1_000;
    await this.time.sleep(this.roundTripMs);
    return date;
  }

  #wire(alive: { readonly yes: boolean }): QuotaAuthority {
    const through = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
      const { message, roundTripMs } = this;
      if (!alive.yes) return new Promise(() => undefined);
      await this.time.sleep(roundTripMs / 2);
      if (message === "request lost") throw unavailable();
      const answer = await work();
      await this.time.sleep(roundTripMs / 2);
      if (message === "answer lost") throw unavailable();
      return answer;
    };
    return {
      lease: (request) => through(() => this.authority.lease(request)),
      settle: (reports) => through(() => this.authority.settle(reports)),
      exhausted: (allowance, dateMs) => through(() => this.authority.exhausted(allowance, dateMs)),
      view: (request) => through(() => this.authority.view(request)),
    };
  }
}

const unavailable = () => new FailureError("QUOTA_UNAVAILABLE", "no answer");
