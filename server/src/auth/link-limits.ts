/** The limits on requests for sign-in links: strict for one address from one network, wide for one address in total. */
import { BlockList } from "node:net";
import type { Environment } from "../kernel/environment.ts";
import type { RequestInfo } from "../kernel/operation.ts";
import { LINKS_OF_ADDRESS, LINKS_OF_ADDRESS_AND_NETWORK, LINKS_OF_NETWORK } from "./rules.ts";
import type { LinkLimits } from "./store/sessions.ts";

/** Private networks, in which a proxy may stand. Many people can share an address in these. */
const SHARED = new BlockList();
for (const [network, bits] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["100.64.0.0", 10],
] as const) {
  SHARED.addSubnet(network, bits, "ipv4");
}
SHARED.addAddress("::1", "ipv6");
SHARED.addSubnet("fc00::", 7, "ipv6");
SHARED.addSubnet("fe80::", 10, "ipv6");

/**
 * The limit of a network protects people from unwanted mail. It applies where mail is sent, and not to an address that
 * may be a proxy's, because one stranger could then stop the sign-in of all people behind the proxy.
 */
export function linkLimits({ delivery }: Environment, { ip }: RequestInfo): LinkLimits {
  const isCounted = delivery === "smtp" && !isShared(ip);
  return {
    address: LINKS_OF_ADDRESS,
    addressAndNetwork: LINKS_OF_ADDRESS_AND_NETWORK,
    network: isCounted ? LINKS_OF_NETWORK : undefined,
  };
}

function isShared(ip: string): boolean {
  const address = ip.replace(/%.*$/, "");
  return address === "" || SHARED.check(address, address.includes(":") ? "ipv6" : "ipv4");
}
