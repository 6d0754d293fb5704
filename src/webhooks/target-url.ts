/** Where webhooks may go. Names that resolve to private addresses are no way in: a Worker's fetch reaches the internet alone. */
import { QUEUE_URL } from "./webhook.ts";

export interface TargetRules {
  /** Of a demo (DEFAULT_AUTH=open): http, and this machine. */
  readonly allowLocalHttp: boolean;
}

const LOCAL_NAME = /^(?:localhost|.*\.(?:localhost|local|internal|home\.arpa))$/;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** `URL` writes every way to write an IPv4 address, octal and hexadecimal ones too, as four decimal numbers. */
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

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
  const parts = IPV4.exec(hostname)?.slice(1).map(Number);
  if (parts !== undefined) return isPrivateV4(parts);
  // Of IPv6 only what is assigned to the internet (2000::/3), without 6to4, Teredo and documentation in it.
  if (!hostname.startsWith("[")) return false;
  return (
    !/^\[[23][0-9a-f]{3}:/.test(hostname) || /^\[(?:2001:(?:0|db8)?:|2002:|3fff:)/.test(hostname)
  );
}

function isPrivateV4([first = 0, second = 0, third = 0]: readonly number[]): boolean {
  if (first === 0 || first === 10 || first === 127 || first >= 224) return true;
  if (first === 100) return second >= 64 && second < 128;
  if (first === 169) return second === 254;
  if (first === 172) return second >= 16 && second < 32;
  if (first === 192) return second === 168 || (second === 0 && (third === 0 || third === 2));
  if (first === 198) return second === 18 || second === 19 || (second === 51 && third === 100);
  return first === 203 && second === 0 && third === 113;
}
