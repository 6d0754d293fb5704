import { ImportError } from "./import-error.ts";

export type Format =
  | { readonly kind: "ndjson" }
  | { readonly kind: "csv"; readonly delimiter: string };

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** By content: people rename files, and a pipe has no name. */
export function detectFormat(head: Uint8Array, file: string): Format {
  const text = new TextDecoder().decode(head).replace(/^\uFEFF/, "");
  const start = text.trimStart();
  if (start === "") throw new ImportError(`${file} is empty.`);
  if (start.startsWith("{")) return { kind: "ndjson" };
  if (start.startsWith("[")) {
    throw new ImportError(
      `${file} is one JSON array; an import takes one object a line. Try: jq -c '.[]' ${file} | ` +
        `npm run import -- --items - …`,
    );
  }
  if (text.includes("\0"))
    throw new ImportError(`${file} is neither CSV nor NDJSON, plain or gzipped.`);
  return { kind: "csv", delimiter: detectDelimiter(start) };
}

/** The one that occurs most in the header, outside of quotes. */
export function detectDelimiter(text: string): string {
  const counts = new Map<string, number>(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === "\n" || character === "\r") break;
    else if (counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  let best: string = ",";
  for (const [delimiter, count] of counts) {
    if (count > (counts.get(best) ?? 0)) best = delimiter;
  }
  return best;
}
