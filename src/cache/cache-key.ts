/**
 * The canonical key of everything that a cached value depends on. Different inputs have different keys, and the same
 * inputs have one, whatever the order of their fields.
 *
 * `<tenant>/<surface>/<versions>;<inputs>`, fields sorted and joined by `&`: `acme/videos/profile=!4;count=!20&user=u1`.
 * Characters of `[A-Za-z0-9_.:@-]` stand for themselves, others are `$` and four hexadecimal digits, so that a key fits
 * into a URL, a Redis hash tag and a row of KV.
 */
import type { TenantId } from "../domain/ids.ts";
import { digestOf } from "../domain/digest.ts";

/** Text, or a list of texts whose order matters; numbers are finite. The caller makes defaults explicit. */
export type KeyValue = string | number | boolean | null | readonly string[];
export type KeyFields = Readonly<Record<string, KeyValue>>;

export interface KeyParts {
  /** Undefined for what tenants share. */
  readonly tenant: TenantId | undefined;
  /** What makes older values useless when it grows: of the profile, the config, the pools, the shape. */
  readonly versions: KeyFields;
  readonly inputs: KeyFields;
}

/** KV takes 512 bytes with its prefix; memory holds every key. */
const KEY_LIMIT_CHARACTERS = 200;
/** No tenant is called like this. */
const SHARED = "-";

/** A key of 200 characters at most; `surface` is a short name of ours. */
export function cacheKey(surface: string, { tenant, versions, inputs }: KeyParts): string {
  const owner = `${tenant ?? SHARED}/${escaped(surface)}/`;
  const key = `${owner}${fieldsText(versions)};${fieldsText(inputs)}`;
  if (key.length <= KEY_LIMIT_CHARACTERS) return key;
  // A hash that nobody finds collisions for: inputs are the clients' to choose. `~` begins no other key's fields.
  return `${owner}~${digestOf(key)}`;
}

/** The part of a key that says whose it is: a tenant, or `-`. */
export const ownerOf = (key: string): string => key.slice(0, key.indexOf("/"));

function fieldsText(fields: KeyFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${escaped(name)}=${valueText(value)}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join("&");
}

function valueText(value: KeyValue): string {
  if (typeof value === "string") return escaped(value);
  // Each text is ended, not only parted from the next: a list of one empty text is not an empty list.
  if (typeof value === "object" && value !== null)
    return `(${value.map((text) => `${escaped(text)},`).join("")})`;
  return `!${value}`;
}

const PLAIN = /^[\w.:@-]*$/;

function escaped(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll(
    /[^\w.:@-]/g,
    (unit) => `$${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
