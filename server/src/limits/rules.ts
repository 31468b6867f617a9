/** The request limits of networks and credentials. */
import type { Counted, RequestKind } from "../kernel/allowance.ts";

export interface RequestLimits {
  writesPerMinute: number;
  readsPerMinute: number;
}

/** The default limits. */
export const REQUEST_LIMITS: RequestLimits = { writesPerMinute: 300, readsPerMinute: 1_200 };
/** A network has this many times the limit of a credential, because several agents and people share one network. */
const NETWORK_FACTOR = 10;

export function limitOf(limits: RequestLimits, counted: Counted, kind: RequestKind): number {
  const perMinute = kind === "read" ? limits.readsPerMinute : limits.writesPerMinute;
  return counted === "network" ? perMinute * NETWORK_FACTOR : perMinute;
}
