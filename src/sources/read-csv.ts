/** CSV (RFC 4180) from pieces of text to objects, one at a time; the first line names the fields. */

/** A quote that is never closed makes one field of the rest of the file. */
const FIELD_LIMIT_CHARACTERS = 1_000_000;

export type CsvRow =
  | { readonly row: Readonly<Record<string, string>> }
  | { readonly fault: string };

/** Empty fields are left out: CSV has no other way to say that there is none. */
export async function* readCsv(
  pieces: AsyncIterable<string>,
  delimiter: string,
): AsyncGenerator<CsvRow> {
  let header: readonly string[] | undefined;
  let line = 0;
  for await (const record of readRecords(pieces, delimiter)) {
    line += 1;
    if (record.length === 1 && record[0] === "") continue;
    if (header === undefined) {
      header = record.map((name) => name.trim());
      continue;
    }
    if (record.length !== header.length) {
      yield {
        fault: `record ${line}: ${record.length} fields, but the header has ${header.length}`,
      };
      continue;
    }
    const row: Record<string, string> = {};
    header.forEach((name, at) => {
      const field = record[at];
      if (name !== "" && field !== undefined && field !== "") row[name] = field;
    });
    yield { row };
  }
}

async function* readRecords(
  pieces: AsyncIterable<string>,
  delimiter: string,
): AsyncGenerator<readonly string[]> {
  let record: string[] = [];
  let field = "";
  /** `after`: a quote inside of quotes, which closes them unless another follows. */
  let quotes: "none" | "open" | "after" = "none";
  let started = false;
  /** A carriage return outside of quotes: part of the end of a line, or of a field. */
  let returned = false;
  for await (const piece of pieces) {
    for (const char of piece) {
      if (!started && char === "\uFEFF") continue;
      started = true;
      if (quotes === "open") {
        if (char === '"') quotes = "after";
        else field += char;
        if (field.length > FIELD_LIMIT_CHARACTERS) throw new Error("a quote is never closed");
        continue;
      }
      if (returned && char !== "\n") field += "\r";
      returned = char === "\r";
      if (returned) continue;
      if (char === '"') {
        // A doubled quote is one, and a quote opens only at the start of a field: `5" screen` keeps its own.
        if (quotes === "after" || field !== "") field += char;
        quotes = quotes === "after" || field === "" ? "open" : quotes;
        continue;
      }
      quotes = "none";
      if (char === delimiter) {
        record.push(field);
        field = "";
      } else if (char === "\n") {
        record.push(field);
        yield record;
        record = [];
        field = "";
      } else {
        field += char;
      }
    }
  }
  if (field !== "" || record.length > 0) yield [...record, field];
}
