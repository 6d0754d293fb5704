/**
 * Item codes: what user state remembers in place of item ids.
 *
 * A code is a 42-bit hash of the id, written as 7 characters of base64url. A fixed width makes a queue of
 * 400 items one 2.8 KB string whose first page is a substring; the code is also its own Bloom hash, so no
 * script ever hashes. Two ids of one tenant share a code with probability n²/2⁴³ (0.1 % for one pair among
 * 100,000 items); a pool build keeps the first and reports the other (`docs/decisions/0002-item-codes.md`).
 */
import { hashPair } from "./hash.ts";
import type { ItemId } from "./ids.ts";

declare const codesBrand: unique symbol;
/** Zero or more item codes, concatenated: length is a multiple of {@link CODE_WIDTH}. */
export type ItemCodes = string & { readonly [codesBrand]: true };

export const CODE_WIDTH = 7;
export const NO_CODES = "" as ItemCodes;
/** The base64url alphabet: digit `i` of a code stands for 6 bits. */
export const CODE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const DIGIT_VALUES = new Uint8Array(128);
for (let value = 0; value < CODE_ALPHABET.length; value += 1) {
  DIGIT_VALUES[CODE_ALPHABET.charCodeAt(value)] = value;
}

/** The value of the digit at `at`: 0 to 63. */
export const digitAt = (codes: ItemCodes, at: number): number =>
  DIGIT_VALUES[codes.charCodeAt(at)] ?? 0;

/** The first five digits of a code as a 30-bit number: uniform, since a code is a hash. */
export function codeNumber(code: ItemCodes): number {
  let value = 0;
  for (let at = 0; at < 5; at += 1) value = (value << 6) | digitAt(code, at);
  return value;
}

export const codeCount = (codes: ItemCodes): number => codes.length / CODE_WIDTH;

export function codeAt(codes: ItemCodes, index: number): ItemCodes {
  return codes.slice(index * CODE_WIDTH, (index + 1) * CODE_WIDTH) as ItemCodes;
}

/** The codes from position `start` up to, not including, `end`. */
export function sliceCodes(codes: ItemCodes, start: number, end?: number): ItemCodes {
  return codes.slice(
    start * CODE_WIDTH,
    end === undefined ? undefined : end * CODE_WIDTH,
  ) as ItemCodes;
}

export const joinCodes = (...parts: readonly ItemCodes[]): ItemCodes => parts.join("") as ItemCodes;

export function* eachCode(codes: ItemCodes): Generator<ItemCodes> {
  for (let at = 0; at < codes.length; at += CODE_WIDTH) {
    yield codes.slice(at, at + CODE_WIDTH) as ItemCodes;
  }
}

export function itemCode(id: ItemId): ItemCodes {
  const [a, b] = hashPair(id);
  const digit = (value: number): string => CODE_ALPHABET.charAt(value & 63);
  return (digit(a) +
    digit(a >>> 6) +
    digit(a >>> 12) +
    digit((a >>> 18) ^ (b >>> 24)) +
    digit(b) +
    digit(b >>> 6) +
    digit(b >>> 12)) as ItemCodes;
}

export const itemCodes = (ids: Iterable<ItemId>): ItemCodes =>
  joinCodes(...Array.from(ids, itemCode));
