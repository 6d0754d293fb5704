/**
 * Reads a stored record that another release of this Worker may have written. What this one does not know is
 * dropped and what it needs has its default, because a tenant must not go down for a field.
 */
import type * as z from "zod";
import { isJsonObject } from "../domain/json.ts";

type JsonObject = Record<string, unknown>;

export interface LenientReading<Config> {
  readonly config: Config;
  /** Dotted paths of what could not be read. Empty for every record of this release. */
  readonly dropped: readonly string[];
}

export interface LenientOptions {
  /** The record when nothing of it can be read. */
  readonly otherwise: JsonObject;
  /** Fields whose default would let somebody in or something out, by path: what stands there instead. */
  readonly closed: Readonly<Record<string, unknown>>;
}

/** A fault may hide others behind it; a record with more layers of them than this is not worth reading. */
const ROUNDS = 8;

export function readLeniently<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  { otherwise, closed }: LenientOptions,
): LenientReading<z.output<Schema>> {
  const draft = parseObject(text);
  const dropped = new Set<string>();
  for (let round = 0; draft !== undefined && round < ROUNDS; round += 1) {
    const parsed = schema.safeParse(draft);
    if (parsed.success) return { config: parsed.data, dropped: [...dropped] };
    const faults = parsed.error.issues.flatMap(faultsOf);
    for (const { path, known } of unique(faults, draft)) {
      dropped.add(path.join("."));
      const shut = known ? shutAt(path, closed) : undefined;
      if (shut === undefined) remove(draft, path, otherwise);
      else put(draft, shut.split("."), closed[shut]);
    }
  }
  return { config: schema.parse(otherwise), dropped: [...dropped, "*"] };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? { ...value } : undefined;
  } catch {
    // Counted by the caller, as everything that was dropped.
    return undefined;
  }
}

type Path = readonly string[];

interface Fault {
  readonly path: Path;
  /** Whether this release has such a field. */
  readonly known: boolean;
}

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") return [{ path, known: true }];
  return issue.keys.map((key) => ({ path: [...path, key], known: false }));
}

/** Later elements of a list first, so that removing one does not move another that is still to go. */
function unique(faults: readonly Fault[], draft: JsonObject): readonly Fault[] {
  const byText = new Map<string, Fault>();
  for (const { path, known } of faults) {
    const present = presentPart(draft, path);
    byText.set(present.join("."), { path: present, known });
  }
  return [...byText]
    .toSorted(([a], [b]) => b.localeCompare(a, "en", { numeric: true }))
    .map(([, fault]) => fault);
}

/**
 * What goes: the field, or the group where a rule over several fields points at one that is not written, or the
 * element of a list: half a rule would be another rule.
 */
function presentPart(draft: JsonObject, path: Path): Path {
  const listAt = path.findIndex((_, depth) => Array.isArray(valueAt(draft, path.slice(0, depth))));
  const longest = listAt === -1 ? path.length : listAt + 1;
  for (let depth = longest; depth > 1; depth -= 1) {
    if (valueAt(draft, path.slice(0, depth)) !== undefined) return path.slice(0, depth);
  }
  return path.slice(0, 1);
}

const valueAt = (draft: JsonObject, path: Path): unknown =>
  path.reduce<unknown>((value, name) => (value as JsonObject | null | undefined)?.[name], draft);

const shutAt = (path: Path, closed: LenientOptions["closed"]): string | undefined =>
  Object.keys(closed).find((name) => `${path.join(".")}.`.startsWith(`${name}.`));

function put(draft: JsonObject, path: Path, value: unknown): void {
  const parent = valueAt(draft, path.slice(0, -1));
  if (isJsonObject(parent)) (parent as JsonObject)[path.at(-1) ?? ""] = value;
}

function remove(draft: JsonObject, path: Path, otherwise: JsonObject): void {
  const name = path.at(-1) ?? "";
  const parent = valueAt(draft, path.slice(0, -1));
  if (parent === draft && name in otherwise) draft[name] = otherwise[name];
  else if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else if (isJsonObject(parent)) delete (parent as JsonObject)[name];
}
