/** The request limits of networks and credentials. */
import type { Counted, RequestKind } from "../kernel/allowance.ts";

export interface RequestLimits {
  writesPerMinute: number;
  readsPerMinute: number;
  workPerMinute: number;
}

/** The default limits. */
export const REQUEST_LIMITS: RequestLimits = { writesPerMinute: 300, readsPerMinute: 1_200, workPerMinute: 6_000 };
/** A network has this many times the limit of a credential, because several agents and people share one network. */
const NETWORK_FACTOR = 10;

const SETTINGS = { read: "readsPerMinute", write: "writesPerMinute", work: "workPerMinute" } as const;

/** The limit of a workspace is that of its tier, which each draw reads. */
export function limitOf(limits: RequestLimits, counted: Exclude<Counted, "workspace">, kind: RequestKind): number {
  const perMinute = limits[SETTINGS[kind]];
  return counted === "network" ? perMinute * NETWORK_FACTOR : perMinute;
}

/** One key alone uses at most half of its workspace's work, so that the other keys of the workspace go on. */
const KEYS_OF_WORKSPACE = 2;

/** Returns the work per minute of a workspace. An operator who gives keys more gives their workspaces more. */
export function workOf({ workPerMinute }: RequestLimits, ofTier: number): number {
  return Math.max(ofTier, KEYS_OF_WORKSPACE * workPerMinute);
}
