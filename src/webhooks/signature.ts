/** Signatures after Standard Webhooks 1.0: HMAC-SHA256 of `<id>.<timestamp>.<body>`, so that any of its libraries verifies. */
import type { Webhook } from "./webhook.ts";

const PREFIX = "whsec_";
/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

export const secretOf = (bytes: Uint8Array): string => PREFIX + base64(bytes);

export const newSecret = (): string =>
  secretOf(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

/** The three headers of a delivery. While a secret is being rotated there are two signatures, parted by a space. */
export async function signedHeaders(
  { secret, former }: Pick<Webhook, "secret" | "former">,
  message: { readonly id: string; readonly nowMs: number; readonly body: string },
): Promise<Readonly<Record<string, string>>> {
  const timestamp = Math.floor(message.nowMs / 1_000);
  const text = `${message.id}.${timestamp}.${message.body}`;
  const secrets =
    former !== undefined && message.nowMs < former.untilMs ? [secret, former.secret] : [secret];
  const signatures = await Promise.all(secrets.map((each) => signatureOf(each, text)));
  return {
    "webhook-id": message.id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}

async function signatureOf(secret: string, text: string): Promise<string> {
  const bytes = Uint8Array.from(atob(secret.slice(PREFIX.length)), (char) => char.charCodeAt(0));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return `v1,${base64(new Uint8Array(digest))}`;
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
