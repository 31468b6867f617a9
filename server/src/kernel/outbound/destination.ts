/**
 * Decides whether the server may call an address. Addresses of this machine and of private networks are refused, in any
 * spelling, unless the operator lists their host. Pure.
 */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** IPv6 addresses of the internet. All others are refused, also those that contain an IPv4 address. */
const GLOBAL_IPV6 = ipaddr.parseCIDR("2000::/3");

/** Returns true for an address on the internet. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  return parsed.range() === "unicast" && (parsed.kind() === "ipv4" || parsed.match(GLOBAL_IPV6));
}

/** `URL` writes every spelling of an IPv4 address as four decimal numbers, and an IPv6 address in brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/** `allowed` has names and addresses, each with or without a port. */
export function isAllowed({ host, hostname }: URL, allowed: readonly string[]): boolean {
  return allowed.includes(host) || allowed.includes(hostname);
}

/** Names that always mean this machine or a local network. Other names are judged by the address that is dialled. */
const LOCAL_NAME = /^(?:localhost|(?:.+\.)?(?:localhost|local|internal|localdomain))\.?$/;

/** Returns the fault of an address that the server is to call; undefined when there is none. */
export function urlFault(text: string, allowed: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return "is not an address.";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must begin with https:// or http://.";
  if (url.username !== "" || url.password !== "") return "must not contain a user or a password.";
  if (isAllowed(url, allowed)) return undefined;
  const host = hostOf(url);
  const isPrivate = isIP(host) > 0 ? !isPublic(host) : LOCAL_NAME.test(host);
  return isPrivate
    ? "is on this machine or in a private network. The operator can allow its host with BAILIWICK_ALLOW_PRIVATE_URLS."
    : undefined;
}
