/** API keys: `nf_<id>_<secret>`. The id finds the key, the secret of 256 bits proves it, and only its digest is kept. */
import { digestOf } from "../domain/digest.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import type { Role } from "../domain/roles.ts";

/** No key is an operator's: that is the deployment's ADMIN_KEY alone. */
export const KEY_ROLES = ["reader", "service", "trainer", "admin"] as const satisfies Role[];
export type KeyRole = (typeof KEY_ROLES)[number];

export interface ApiKey {
  readonly tenant: TenantId;
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the whole key, in hexadecimal. */
  readonly hash: string;
  readonly roles: readonly KeyRole[];
  readonly user?: UserId;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly expiresAtMs?: number;
  readonly revokedAtMs?: number;
  readonly lastUsedAtMs?: number;
  readonly replaces?: string;
}

const ID_BYTES = 8;
const SECRET_BYTES = 32;
/** Random bytes that one key is made from. */
export const KEY_BYTES = ID_BYTES + SECRET_BYTES;
const PATTERN = /^nf_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

export const looksLikeKey = (credential: string): boolean => credential.startsWith("nf_");

export const keyIdOf = (credential: string): string | undefined => PATTERN.exec(credential)?.[1];

export type KeyOrder = Pick<
  ApiKey,
  "tenant" | "name" | "roles" | "user" | "createdAtMs" | "createdBy" | "expiresAtMs" | "replaces"
>;

/** A new key. The text is for the caller, once; the record is for the table. */
export function mintKey(
  order: KeyOrder,
  random: Uint8Array,
): { readonly text: string; readonly key: ApiKey } {
  const id = Array.from(random.subarray(0, ID_BYTES), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  const secret = btoa(String.fromCharCode(...random.subarray(ID_BYTES, KEY_BYTES)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  const text = `nf_${id}_${secret}`;
  return { text, key: { ...order, id, hash: digestOf(text) } };
}
