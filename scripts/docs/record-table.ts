/** Every field of the tenant record, read from its schema, for `docs/tenant-record.md`. */
import { toJSONSchema } from "zod";
import { tenantConfigSchema } from "../../src/tenants/tenant-config.ts";

interface Field {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly items?: Field;
  readonly anyOf?: readonly Field[];
  readonly oneOf?: readonly Field[];
}

export function renderRecord(): string {
  const schema = toJSONSchema(tenantConfigSchema, { io: "input" }) as Field;
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    rowsOf(name, field),
  );
  return ["| Field | Values | Default | Meaning |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

function rowsOf(path: string, field: Field): readonly string[] {
  const choices = field.oneOf ?? field.items?.oneOf;
  if (choices !== undefined) {
    const inner = `${path}${field.items ? "[]" : ""}`;
    const [first] = choices;
    const shared = Object.entries(first?.properties ?? {}).filter(
      ([name, { const: kind }]) =>
        kind === undefined && choices.every(({ properties }) => properties?.[name] !== undefined),
    );
    const names = shared.map(([name]) => name);
    return [
      row(path, field, choices.map(kindOf).join(", ")),
      ...shared.map(([name, one]) => row(`${inner}.${name}`, one, valuesOf(one))),
      ...choices.flatMap((choice) => variantRows(inner, choice, names)),
    ];
  }
  if (field.properties === undefined) return [row(path, field, valuesOf(field))];
  return Object.entries(field.properties).flatMap(([name, inner]) =>
    rowsOf(`${path}.${name}`, inner),
  );
}

/** One kind of rule, or way of authentication, and the fields that it has beside the shared ones. */
function variantRows(path: string, choice: Field, shared: readonly string[]): readonly string[] {
  const kind = kindOf(choice);
  const said = choice.description === undefined ? [] : [row(path, choice, kind)];
  const own = Object.entries(choice.properties ?? {})
    .filter(([name, inner]) => inner.const === undefined && !shared.includes(name))
    .flatMap(([name, inner]) =>
      inner.properties === undefined
        ? [row(`${path}.${name}`, inner, valuesOf(inner), kind)]
        : rowsOf(`${path}.${name}`, inner),
    );
  return [...said, ...own];
}

const kindOf = ({ properties }: Field): string =>
  Object.values(properties ?? {})
    .filter((inner) => inner.const !== undefined)
    .map((inner) => `\`${inner.const}\``)
    .join();

function row(path: string, field: Field, values: string, kind?: string): string {
  const said = [kind, field.description].filter((part) => part !== undefined);
  const otherwise = field.default === undefined ? "" : `\`${JSON.stringify(field.default)}\``;
  return `| \`${path}\` | ${values} | ${otherwise} | ${said.join(": ")} |`;
}

function valuesOf(field: Field): string {
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(", ");
  const choices = field.anyOf;
  if (choices !== undefined) {
    const shapes = choices.map((choice) =>
      choice.properties === undefined
        ? valuesOf(choice)
        : `{${Object.keys(choice.properties).join(", ")}}`,
    );
    return shapes.join(" or ");
  }
  if (field.type === "array") {
    const most = field.maxItems === undefined ? "" : `, ${field.maxItems} at most`;
    return `list${most}`;
  }
  const { minimum, maximum } = field;
  if (minimum === undefined || maximum === undefined)
    return field.const === undefined ? (field.type ?? "any") : `\`${field.const}\``;
  return `${minimum} to ${maximum}${field.type === "integer" ? ", whole" : ""}`;
}
