/** Turns a log line of the Worker (one JSON object, `src/observability/log.ts`) into a line for a person. */
import { clockTime } from "./steps.ts";

const LONGEST = 400;

export function workerLogLine(text: string, now: Date): string {
  const fields = parseFields(text);
  const { level, message, ...rest } = fields ?? { level: "warn", message: text };
  const details = Object.keys(rest).length === 0 ? "" : ` ${JSON.stringify(rest)}`;
  const line = `  ${clockTime(now)}  ${String(level)} ${String(message)}${details}`;
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function parseFields(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not one of ours: the runtime writes plain text.
    return undefined;
  }
}
