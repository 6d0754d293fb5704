import type { SourceRecord } from "./source-record.ts";

/** No row that the Worker takes comes near it; without a limit, a file of one line would fill the memory. */
const LONGEST_LINE = 1_000_000;

export async function* readNdjson(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord> {
  let line = 0;
  for await (const text of linesOf(bytes)) {
    line += 1;
    if (text === undefined) {
      yield { line, fault: `row: longer than ${LONGEST_LINE.toLocaleString("en-US")} characters` };
    } else if (text.trim() !== "") {
      yield parseLine(line, text);
    }
  }
}

function parseLine(line: number, text: string): SourceRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { line, fault: `row: not JSON (${(error as Error).message})` };
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? { line, value: value as Record<string, unknown> }
    : { line, fault: "row: not a JSON object" };
}

/** Undefined stands for a line that is too long. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  let overlong = false;
  for await (const chunk of bytes) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      yield overlong || part.length > LONGEST_LINE ? undefined : part;
      overlong = false;
    }
    if (rest.length > LONGEST_LINE) {
      overlong = true;
      rest = "";
    }
  }
  rest += decoder.decode();
  if (overlong) yield undefined;
  else if (rest !== "") yield rest;
}
