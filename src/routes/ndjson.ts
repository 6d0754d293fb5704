/** Request bodies of one JSON value a line. */
import { parseJson } from "../domain/json.ts";
import { FailureError } from "../domain/failure.ts";

export interface RejectedLine {
  /** 1-based, within this body. */
  readonly line: number;
  readonly reason: string;
}

const LINES_LIMIT = 5_000;
const BODY_LIMIT_BYTES = 8_000_000;

/**
 * Parses each line with `parse`; empty lines are passed over, bad ones are reported and the rest goes on.
 * Throws BODY_TOO_LARGE before anything is parsed.
 */
export async function readLines<Row>(
  request: Request,
  parse: (value: unknown) => { ok: true; row: Row } | { ok: false; reason: string },
): Promise<{ readonly rows: readonly Row[]; readonly rejected: readonly RejectedLine[] }> {
  const text = await readText(request);
  const lines = text.split("\n");
  if (lines.length > LINES_LIMIT + 1) {
    throw new FailureError("BODY_TOO_LARGE", `A body holds at most ${LINES_LIMIT} lines.`);
  }
  const rows: Row[] = [];
  const rejected: RejectedLine[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === "") return;
    const parsed = parse(parseJson(line));
    if (parsed.ok) rows.push(parsed.row);
    else rejected.push({ line: index + 1, reason: parsed.reason });
  });
  return { rows, rejected };
}

/** Throws BODY_TOO_LARGE before more than 8 MB are held. */
export async function readText(request: Request): Promise<string> {
  const tooLarge = new FailureError("BODY_TOO_LARGE", "A body holds at most 8 MB.");
  if (Number(request.headers.get("Content-Length") ?? 0) > BODY_LIMIT_BYTES) throw tooLarge;
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > BODY_LIMIT_BYTES) throw tooLarge;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
