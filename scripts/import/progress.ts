/** A bar on a terminal; elsewhere a plain line every few seconds. All of it on stderr. */
import { elapsed, wholeNumber } from "../start/steps.ts";

const BAR_WIDTH = 24;
const REDRAW_MS = 100;
const LINE_EVERY_MS = 5_000;

export interface ProgressOptions {
  readonly label: string;
  /** Rows that an earlier run has done. */
  readonly alreadyDone: number;
  /** 0 to 1, from the bytes of the file; undefined when its size is not known. */
  fraction(): number | undefined;
  readonly tty?: boolean;
  readonly write?: (text: string) => void;
  readonly now?: () => number;
}

export interface Progress {
  readonly update: (rows: number) => void;
  /** A line of its own, above the bar. */
  readonly say: (line: string) => void;
  readonly end: () => void;
}

export function showProgress(options: ProgressOptions): Progress {
  const {
    tty = process.stderr.isTTY,
    write = (text) => process.stderr.write(text),
    now = () => performance.now(),
  } = options;
  const startedMs = now();
  let shownMs = startedMs;
  /** Where the first batch ended: a continued import passes over its beginning in no time. */
  let base: { readonly ms: number; readonly fraction: number } | undefined;
  let rows = options.alreadyDone;

  function line(): string {
    const seconds = Math.max(now() - startedMs, 1) / 1_000;
    const rate = (rows - options.alreadyDone) / seconds;
    const fraction = options.fraction();
    const parts = [`${wholeNumber(rows)} rows`, `${wholeNumber(Math.round(rate))} rows/s`];
    if (fraction === undefined) return `  ${options.label}  ${parts.join(", ")}`;
    const done = fraction - (base?.fraction ?? fraction);
    if (base !== undefined && done > 0.005) {
      parts.push(`${elapsed(((now() - base.ms) / done) * (1 - fraction))} left`);
    }
    const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
    return `  ${options.label}  ${tty ? bar(fraction) : ""}${percent}  ${parts.join(", ")}`;
  }

  const clear = (): void => {
    if (tty) write("\r\u001B[2K");
  };
  return {
    update(doneRows) {
      rows = doneRows;
      const fraction = options.fraction();
      if (fraction !== undefined) base ??= { ms: now(), fraction };
      if (now() - shownMs < (tty ? REDRAW_MS : LINE_EVERY_MS)) return;
      shownMs = now();
      write(tty ? `\r\u001B[2K${line()}` : `${line()}\n`);
    },
    say(text) {
      clear();
      write(`${text}\n`);
    },
    end: clear,
  };
}

function bar(fraction: number): string {
  const full = Math.round(Math.min(1, fraction) * BAR_WIDTH);
  return `${"█".repeat(full)}${"░".repeat(BAR_WIDTH - full)} `;
}
