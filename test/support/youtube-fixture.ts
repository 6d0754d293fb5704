/** A client of the product before the YouTube of tests: what each test of `src/youtube` starts from. */
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { Counters } from "../../src/observability/counters.ts";
import type { Log } from "../../src/observability/log.ts";
import type { Background } from "../../src/platform/background.ts";
import { CircuitBreaker } from "../../src/platform/circuit-breaker.ts";
import { Guard } from "../../src/platform/guard.ts";
import type { Allowance, PermitAnswer, Permits } from "../../src/quota/permits.ts";
import type { Caller, CallSettings } from "../../src/youtube/counted-call.ts";
import type { YouTubeServer } from "./youtube-server.ts";

export const API_KEY = "AIzaSyTestsOnly_0123456789abcdefghijklm";

/** How the permits of a test ended. */
export interface PermitLedger extends Permits {
  readonly ends: {
    readonly allowance: Allowance;
    readonly end: "answered" | "lost" | "unused";
    readonly serverDateMs?: number | undefined;
  }[];
  readonly exhaustions: {
    readonly allowance: Allowance;
    readonly serverDateMs: number | undefined;
  }[];
  /** From now on every request is refused, or as `refuse` says. */
  refuse: ((allowance: Allowance) => PermitAnswer | undefined) | undefined;
  /** Of the permits that are granted from now on. */
  untilMs: number;
}

export function permitLedger(): PermitLedger {
  const ledger: PermitLedger = {
    ends: [],
    exhaustions: [],
    refuse: undefined,
    untilMs: Number.POSITIVE_INFINITY,
    ask({ allowance }) {
      const refusal = ledger.refuse?.(allowance);
      if (refusal !== undefined) return refusal;
      return {
        granted: true,
        permit: {
          untilMs: ledger.untilMs,
          answered: (serverDateMs) =>
            void ledger.ends.push({ allowance, end: "answered", serverDateMs }),
          lost: () => void ledger.ends.push({ allowance, end: "lost" }),
          unused: () => void ledger.ends.push({ allowance, end: "unused" }),
        },
      };
    },
    exhausted(allowance, serverDateMs) {
      ledger.exhaustions.push({ allowance, serverDateMs });
    },
  };
  return ledger;
}

/** Work behind answers, which a test can wait for. */
export interface KeptBackground extends Background {
  settled(): Promise<void>;
}

export function keptBackground(): KeptBackground {
  const works: Promise<unknown>[] = [];
  return {
    run: (_name, work) => void works.push(work()),
    async settled() {
      for (let work = works.shift(); work !== undefined; work = works.shift()) await work;
    },
  };
}

export interface LogLines extends Log {
  readonly lines: string[];
}

export function logLines(): LogLines {
  const lines: string[] = [];
  const write = (message: string, fields?: object): void => {
    lines.push(JSON.stringify({ message, ...fields }));
  };
  return { lines, info: write, warn: write, error: write };
}

export const aCaller = (background: Background = keptBackground()): Caller => ({
  tenant: "acme" as TenantId,
  user: "u1" as UserId,
  background,
});

/** Calls the server without a port; a test that wants one passes `baseUrl` and `fetch`. */
export function callSettings(
  youtube: YouTubeServer,
  permits: Permits,
  settings: Partial<CallSettings> = {},
): CallSettings {
  const counters = new Counters();
  const log = logLines();
  const nowMs = settings.nowMs ?? Date.now;
  return {
    baseUrl: "http://youtube.test",
    key: API_KEY,
    permits,
    guard: new Guard({
      name: "youtube",
      failure: { code: "YOUTUBE_UNAVAILABLE", message: "YouTube did not answer." },
      deadlineMs: 2_500,
      endsItself: false,
      breaker: new CircuitBreaker({ failures: 3, openMs: 5_000 }),
      counters,
      log,
      nowMs,
    }),
    fetch: (url, init) => youtube.handle(new Request(url, init)),
    deadlineMs: 2_000,
    nowMs,
    random: () => 0,
    pause: () => Promise.resolve(),
    counters,
    log,
    ...settings,
  };
}
