import { CODE_ALPHABET } from "../domain/item-code.ts";
import { hashPair } from "../domain/hash.ts";

const TOKEN_CHARACTERS = 16;
/** Random bytes are drawn for 64 tokens at once: a draw costs 4 µs whatever its size. */
const drawn = new Uint8Array(64 * TOKEN_CHARACTERS);
let spent = drawn.length;

/** 16 characters of base64url, 96 random bits: a request id or the name of a page. */
export function randomToken(): string {
  if (spent === drawn.length) {
    crypto.getRandomValues(drawn);
    spent = 0;
  }
  let token = "";
  for (const end = spent + TOKEN_CHARACTERS; spent < end; spent += 1) {
    token += CODE_ALPHABET.charAt((drawn[spent] ?? 0) & 63);
  }
  return token;
}

/** A page name for a client's own idempotency key: any text becomes 16 characters of base64url. */
export function tokenOf(text: string): string {
  const words = [...hashPair(text, 0x51ed270b), ...hashPair(text, 0x2545f491)];
  let token = "";
  for (const word of words) {
    for (let shift = 0; shift < 24; shift += 6)
      token += CODE_ALPHABET.charAt((word >>> shift) & 63);
  }
  return token;
}
