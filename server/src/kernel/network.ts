/** Which addresses count as one caller. */

const GROUPS = 8;
const GROUPS_OF_NETWORK = 4;
const IPV4_IN_IPV6 = /^::ffff:([0-9.]+)$/i;

/** An address as one caller: of version 6, the network a household gets. Says what `caller_network` of the database says. */
export function networkOf(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [, ipv4] = IPV4_IN_IPV6.exec(ip) ?? [];
  if (ipv4 !== undefined) return ipv4;
  const [head = "", tail = ""] = ip.replace(/%.*$/, "").split("::");
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array.from({ length: Math.max(0, GROUPS - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after].slice(0, GROUPS_OF_NETWORK).join(":");
}

/** The last two groups may be written as an address of version 4. */
function groupsOf(text: string): string[] {
  if (text === "") return [];
  return text
    .split(":")
    .flatMap((group) => (group.includes(".") ? ["v4", "v4"] : Number.parseInt(group, 16).toString(16)));
}
