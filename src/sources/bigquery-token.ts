/**
 * An access token for a service account: a JWT signed with the account's key, exchanged at its token endpoint
 * (RFC 7523, https://developers.google.com/identity/protocols/oauth2/service-account#httprest).
 */
import * as z from "zod";
import { FailureError } from "../domain/failure.ts";

const SCOPE = "https://www.googleapis.com/auth/bigquery.readonly";
const LIFE_SECONDS = 3_600;

const keySchema = z.object({
  client_email: z.string().min(3),
  private_key: z.string().includes("PRIVATE KEY"),
  private_key_id: z.string().optional(),
  token_uri: z.url().default("https://oauth2.googleapis.com/token"),
});

export type ServiceAccount = z.output<typeof keySchema>;

/** Throws without the text: it is a secret. */
export function parseServiceAccount(text: string): ServiceAccount {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = keySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FailureError("SOURCE_UNAVAILABLE", "The credentials are no service account key.");
}

/** The assertion that the token endpoint takes, signed with RS256. */
async function signAssertion(account: ServiceAccount, nowMs: number): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1_000);
  const header = { alg: "RS256", typ: "JWT", kid: account.private_key_id };
  const claims = {
    iss: account.client_email,
    scope: SCOPE,
    aud: account.token_uri,
    iat: issuedAt,
    exp: issuedAt + LIFE_SECONDS,
  };
  const signed = `${base64Url(JSON.stringify(header))}.${base64Url(JSON.stringify(claims))}`;
  const key = await crypto.subtle
    .importKey(
      "pkcs8",
      derOf(account.private_key),
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
      false,
      ["sign"],
    )
    .catch((error: unknown) => {
      throw new FailureError("SOURCE_UNAVAILABLE", "The private key cannot be read.", {
        cause: error,
      });
    });
  const signature = await crypto.subtle.sign(
    "RSASSA-PKCS1-v1_5",
    key,
    new TextEncoder().encode(signed),
  );
  return `${signed}.${base64Url(new Uint8Array(signature))}`;
}

export async function fetchToken(
  ask: typeof fetch,
  account: ServiceAccount,
  nowMs: number,
): Promise<string> {
  const answer = await ask(account.token_uri, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: await signAssertion(account, nowMs),
    }),
  });
  const text = await answer.text();
  const token = tokenOf(text);
  if (answer.ok && token !== undefined) return token;
  throw new FailureError(
    "SOURCE_UNAVAILABLE",
    `Google gave no token for the service account: ${answer.status}.`,
  );
}

function tokenOf(text: string): string | undefined {
  try {
    const { access_token: token } = JSON.parse(text) as { access_token?: unknown };
    return typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
  const body = pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
  return Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
}

function base64Url(value: string | Uint8Array): string {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
