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
