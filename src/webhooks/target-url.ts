/** Where webhooks may go. Names that resolve to private addresses are no way in: a Worker's fetch reaches the internet alone. */
import { isPrivateIpv4, isPrivateIpv6 } from "../domain/private-address.ts";
import { QUEUE_URL } from "./webhook.ts";

export interface TargetRules {
  /** Of a demo (DEFAULT_AUTH=open): http, and this machine. */
  readonly allowLocalHttp: boolean;
}

const LOCAL_NAME = /^(?:localhost|.*\.(?:localhost|local|internal|home\.arpa))$/;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** IPv6 for documentation, too. */
const DOCUMENTATION = /^\[3fff:/;

/** Why this is no target; undefined when it is one. */
export function targetFault(text: string, { allowLocalHttp }: TargetRules): string | undefined {
  if (text === QUEUE_URL) return undefined;
  if (!URL.canParse(text)) return "must be a URL";
  const { protocol, hostname: dotted, username, password } = new URL(text);
  // A name may end with the dot of the root.
  const hostname = dotted.replace(/\.$/, "");
  if (username !== "" || password !== "") return "must not hold credentials";
  const loopback = LOOPBACK.test(hostname);
  if (protocol === "http:" ? !allowLocalHttp : protocol !== "https:")
    return "must begin with https://";
  if (allowLocalHttp && loopback) return undefined;
  return isPrivate(hostname) ? "must be a public address" : undefined;
}

/** Everything that IANA does not call globally reachable, as far as it can be named in a URL. */
function isPrivate(hostname: string): boolean {
  if (LOCAL_NAME.test(hostname) || !/[.:]/.test(hostname)) return true;
  const ipv4 = isPrivateIpv4(hostname);
  if (ipv4 !== undefined) return ipv4;
  return hostname.startsWith("[") && (isPrivateIpv6(hostname) || DOCUMENTATION.test(hostname));
}
