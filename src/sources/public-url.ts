/**
 * Which addresses a tenant may have us ask: https, and no literal address of a private network. Names are not
 * resolved here: a Worker has no way into the network of the machine it runs on.
 */
import { isPrivateIpv4, isPrivateIpv6 } from "../domain/private-address.ts";

export function isPublicUrl(url: URL, allowLocalHttp: boolean): boolean {
  if (url.username !== "" || url.password !== "") return false;
  if (allowLocalHttp && url.protocol === "http:") return true;
  if (url.protocol !== "https:") return false;
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (host === "localhost" || /\.(?:localhost|local|internal)$/.test(host)) return false;
  return !(host.startsWith("[") ? isPrivateIpv6(host) : isPrivateIpv4(host));
}
