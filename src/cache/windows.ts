/** Until when an entry is good for what. Pure. */
import type { Times } from "./tier.ts";
import type { Windows } from "./tiered-cache.ts";

export function timesOf(
  nowMs: number,
  { freshMs, staleMs, onErrorMs }: Omit<Windows, "negativeMs">,
): Times {
  const freshUntilMs = nowMs + freshMs;
  const staleUntilMs = freshUntilMs + staleMs;
  const keepUntilMs = staleUntilMs + onErrorMs;
  return { storedAtMs: nowMs, freshUntilMs, staleUntilMs, keepUntilMs, negative: false };
}

export function negativeTimesOf(nowMs: number, { negativeMs }: Windows): Times {
  const untilMs = nowMs + negativeMs;
  return {
    storedAtMs: nowMs,
    freshUntilMs: untilMs,
    staleUntilMs: untilMs,
    keepUntilMs: untilMs,
    negative: true,
  };
}

/** What the entry is good for now. `kept`: only when nothing newer can be made. */
export function ageOf(times: Times, nowMs: number): "fresh" | "stale" | "kept" | "gone" {
  if (nowMs < times.freshUntilMs) return "fresh";
  if (times.negative || nowMs >= times.keepUntilMs) return "gone";
  return nowMs < times.staleUntilMs ? "stale" : "kept";
}

const COUNT = 5;

/** As one line of ASCII, for tiers whose entries carry text: stored, fresh, stale, keep, 1 when negative. */
export function timesText(times: Times): string {
  const { storedAtMs, freshUntilMs, staleUntilMs, keepUntilMs, negative } = times;
  return [storedAtMs, freshUntilMs, staleUntilMs, keepUntilMs, negative ? 1 : 0].join(" ");
}

/** Undefined when the text is not one that {@link timesText} wrote. */
export function parseTimesText(text: string): Times | undefined {
  const numbers = text.split(" ").map(Number);
  const [storedAtMs, freshUntilMs, staleUntilMs, keepUntilMs, negative] = numbers;
  if (numbers.length !== COUNT || !numbers.every(Number.isFinite)) return undefined;
  if (storedAtMs === undefined || freshUntilMs === undefined) return undefined;
  if (staleUntilMs === undefined || keepUntilMs === undefined) return undefined;
  return { storedAtMs, freshUntilMs, staleUntilMs, keepUntilMs, negative: negative === 1 };
}
