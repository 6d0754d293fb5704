/** Literal addresses that are nobody's on the internet, as `URL` writes them: what a tenant may not have us ask. */

/** `URL` writes every way to write an IPv4 address, octal and hexadecimal ones too, as four decimal numbers. */
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Undefined for a name, and for an IPv6 address. */
export function isPrivateIpv4(hostname: string): boolean | undefined {
  const parts = IPV4.exec(hostname)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [first = 0, second = 0, third = 0] = parts;
  if (first === 0 || first === 10 || first === 127 || first >= 224) return true;
  if (first === 100) return second >= 64 && second < 128;
  if (first === 169) return second === 254;
  if (first === 172) return second >= 16 && second < 32;
  if (first === 192) return second === 168 || (second === 0 && (third === 0 || third === 2));
  if (first === 198) return second === 18 || second === 19 || (second === 51 && third === 100);
  return first === 203 && second === 0 && third === 113;
}

/** Of what is assigned to the internet (2000::/3): neither 6to4, Teredo nor documentation. `hostname` has brackets. */
export const isPrivateIpv6 = (hostname: string): boolean =>
  !/^\[[23][0-9a-f]{3}:/.test(hostname) || /^\[(?:2001:(?:0|db8)?:|2002:)/.test(hostname);
