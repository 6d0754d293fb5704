/** Numbers and times as people read them. Pure: now comes in as an argument. */
const whole = new Intl.NumberFormat("en");
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export const amount = (value: number): string => whole.format(Math.round(value));

export const views = (value: number): string =>
  value === 1 ? "1 view" : `${compact.format(value)} views`;

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${amount(count)} ${count === 1 ? one : many}`;

/** 8.4 ms, 120 ms, 1.4 s. */
export function milliseconds(value: number): string {
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** 640 bytes, 5.9 KB, 1.2 MB. */
export function bytes(value: number): string {
  if (value < 1000) return `${Math.round(value)} bytes`;
  return value < 1e6 ? `${(value / 1000).toFixed(1)} KB` : `${(value / 1e6).toFixed(1)} MB`;
}

/** 4:07, 1:02:09. */
export function duration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const pair = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return `${minutes}:${pair(total % 60)}`;
  return `${Math.floor(minutes / 60)}:${pair(minutes % 60)}:${pair(total % 60)}`;
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function age(publishedAtMs: number, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - publishedAtMs) / 1000);
  for (const [unit, size] of STEPS) {
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
  }
  return "just now";
}

/** ISO 8601, or epoch milliseconds as a number or digits; undefined when it is neither. */
export function instantMs(value: unknown): number | undefined {
  const ms =
    typeof value === "number"
      ? value
      : typeof value === "string"
        ? /^\d+$/.test(value)
          ? Number(value)
          : Date.parse(value)
        : Number.NaN;
  return Number.isFinite(ms) ? ms : undefined;
}
