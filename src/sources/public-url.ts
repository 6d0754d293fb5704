/**
 * Which addresses a tenant may have us ask: https, and no literal address of a private network. Names are not
 * resolved here: a Worker has no way into the network of the machine it runs on.
 */
export function isPublicUrl(url: URL, allowLocalHttp: boolean): boolean {
  if (url.username !== "" || url.password !== "") return false;
  if (allowLocalHttp && url.protocol === "http:") return true;
  if (url.protocol !== "https:") return false;
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (host === "localhost" || /\.(?:localhost|local|internal)$/.test(host)) return false;
  if (host.startsWith("[")) return isPublicIpv6(host.slice(1, -1));
  // `URL` writes every IPv4 address as four decimal numbers, octal and hexadecimal ones too.
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host)?.slice(1).map(Number);
  return parts === undefined || isPublicIpv4(parts);
}

function isPublicIpv4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  const isPrivate =
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) ||
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
    (a === 203 && b === 0 && c === 113);
  return !isPrivate;
}

/** Only global unicast, 2000::/3, and of that neither documentation nor addresses that wrap IPv4 ones. */
function isPublicIpv6(address: string): boolean {
  if (!/^[23][0-9a-f]{3}:/.test(address)) return false;
  return !/^(?:2001:db8|2001:0|2001:|2002):/.test(address);
}
