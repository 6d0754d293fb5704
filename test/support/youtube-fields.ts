/** Google's partial answers: `kind,items(id,snippet/title)`. */
export type Selection = ReadonlyMap<string, Selection | undefined>;

/** Throws for what is not a selection. */
export function parseFields(text: string): Selection {
  let at = 0;
  const list = (): Selection => {
    const fields = new Map<string, Selection | undefined>();
    for (;;) {
      const [name, below] = field();
      const known = fields.get(name);
      fields.set(
        name,
        known === undefined || below === undefined ? below : new Map([...known, ...below]),
      );
      if (text[at] !== ",") return fields;
      at += 1;
    }
  };
  const field = (): readonly [string, Selection | undefined] => {
    const name = /^(?:\*|[A-Za-z][A-Za-z0-9]*)/.exec(text.slice(at))?.[0];
    if (name === undefined) throw new Error(`Invalid field selection ${text}`);
    at += name.length;
    if (text[at] === "/") {
      at += 1;
      return [name, new Map([field()])];
    }
    if (text[at] !== "(") return [name, undefined];
    at += 1;
    const below = list();
    if (text[at] !== ")") throw new Error(`Invalid field selection ${text}`);
    at += 1;
    return [name, below];
  };
  const fields = list();
  if (at !== text.length) throw new Error(`Invalid field selection ${text}`);
  return fields;
}

export function selectFields(value: unknown, selection: Selection): unknown {
  if (Array.isArray(value)) return value.map((one) => selectFields(one, selection));
  if (typeof value !== "object" || value === null) return value;
  const every = selection.has("*");
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      if (!every && !selection.has(name)) return [];
      const below = selection.get(name) ?? selection.get("*");
      return [[name, below === undefined ? one : selectFields(one, below)]];
    }),
  );
}
