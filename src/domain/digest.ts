/** SHA-256 of workerd's `node:crypto`: WebCrypto's is behind a promise, and no faster. */
import { hash } from "node:crypto";

/** 64 hexadecimal digits, of the text in UTF-8. Memory and tables hold this of what a caller sent as proof. */
export const digestOf = (text: string): string => hash("sha256", text);
