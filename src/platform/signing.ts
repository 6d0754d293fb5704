/** Signs short texts that clients carry for us, and tells our own from all others. HMAC with SHA-256. */
import { CODE_ALPHABET } from "../domain/item-code.ts";
import { sameText } from "./same-text.ts";

const ALGORITHM = { name: "HMAC", hash: "SHA-256" } as const;
/** 16 of the 32 bytes: 2^128 guesses to forge one (RFC 2104, section 5, asks for half at least). */
const MAC_BYTES = 16;

export class Signer {
  readonly #secret: string;
  #key: CryptoKey | undefined;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** 22 characters of base64url. `purpose` keeps signatures of one kind from passing for another. */
  async sign(purpose: string, text: string): Promise<string> {
    this.#key ??= await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(this.#secret),
      ALGORITHM,
      false,
      ["sign"],
    );
    const mac = await crypto.subtle.sign(
      ALGORITHM.name,
      this.#key,
      new TextEncoder().encode(`${purpose}\n${text}`),
    );
    return base64url(new Uint8Array(mac, 0, MAC_BYTES));
  }

  async verify(purpose: string, text: string, mac: string): Promise<boolean> {
    return sameText(await this.sign(purpose, text), mac);
  }
}

function base64url(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const word = (a << 16) | (b << 8) | c;
    for (let digit = 0; digit <= Math.min(3, bytes.length - at); digit += 1) {
      text += CODE_ALPHABET.charAt((word >>> (18 - 6 * digit)) & 63);
    }
  }
  return text;
}
