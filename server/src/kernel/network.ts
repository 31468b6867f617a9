/** Groups the addresses that count as one caller. */

const GROUPS = 8;
const GROUPS_OF_NETWORK = 4;
const IPV4_IN_IPV6 = /^::ffff:([0-9.]+)$/i;

/**
 * Returns the network that counts as one caller: an IPv4 address itself, and the /64 of an IPv6 address, which is what
 * a household gets. The function `caller_network` of the database returns the same.
 */
export function networkOf(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [, ipv4] = IPV4_IN_IPV6.exec(ip) ?? [];
  if (ipv4 !== undefined) return ipv4;
  const [head = "", tail = ""] = ip.replace(/%.*$/, "").split("::");
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array.from({ length: Math.max(0, GROUPS - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after].slice(0, GROUPS_OF_NETWORK).join(":");
}

/** The last two groups may be written as an IPv4 address. */
function groupsOf(text: string): string[] {
  if (text === "") return [];
  return text
    .split(":")
    .flatMap((group) => (group.includes(".") ? ["v4", "v4"] : Number.parseInt(group, 16).toString(16)));
}
