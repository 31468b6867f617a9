/** What a request counts against, and how much of it there is. */
import type { Counted, RequestKind } from "../kernel/allowance.ts";

export interface RequestLimits {
  writesPerMinute: number;
  readsPerMinute: number;
}

/** What applies unless the configuration says otherwise. */
export const REQUEST_LIMITS: RequestLimits = { writesPerMinute: 300, readsPerMinute: 1_200 };
/** Several agents share one machine, and several people one office. */
const NETWORK_FACTOR = 10;

export function limitOf(limits: RequestLimits, counted: Counted, kind: RequestKind): number {
  const perMinute = kind === "read" ? limits.readsPerMinute : limits.writesPerMinute;
  return counted === "network" ? perMinute * NETWORK_FACTOR : perMinute;
}

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
