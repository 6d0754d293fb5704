/** Fetches an issuer's public keys. Only over https, but for an issuer on this machine where a deployment is a demo. */
import type { JSONWebKeySet } from "jose";

const DEADLINE_MS = 2_000;
/** Ten RSA keys with their certificate chains are about 40 KB. */
const SIZE_LIMIT_BYTES = 200_000;

export type FetchJwks = (url: string) => Promise<JSONWebKeySet>;

export function jwksFetcher(options: { readonly allowLocalHttp: boolean }): FetchJwks {
  return async function fetchJwks(url) {
    if (!allowed(new URL(url), options.allowLocalHttp)) throw new Error("a JWKS needs https");
    const answer = await fetch(url, {
      headers: { Accept: "application/json" },
      // A redirect could leave https.
      redirect: "manual",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`the issuer answered ${answer.status}`);
    }
    return JSON.parse(await boundedText(answer)) as JSONWebKeySet;
  };
}

/** Read piece by piece: whoever runs the issuer must not fill the memory that all tenants share. */
async function boundedText({ body }: Response): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  // Leaving the loop early cancels the stream.
  for await (const piece of body) {
    sizeBytes += piece.length;
    if (sizeBytes > SIZE_LIMIT_BYTES) throw new Error("the JWKS is too long");
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

const LOCAL_HOSTS = ["127.0.0.1", "localhost"];

const allowed = ({ protocol, hostname }: URL, allowLocalHttp: boolean): boolean =>
  protocol === "https:" ||
  (protocol === "http:" && allowLocalHttp && LOCAL_HOSTS.includes(hostname));
