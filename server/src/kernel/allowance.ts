/** Request limits. The surfaces count requests through these types; `limits` implements them. */

import type { Actor } from "./actor.ts";

/** `work` is what agents repeat for each task, such as a heartbeat. */
export type RequestKind = "read" | "write" | "work";
/**
 * Requests are counted for the credential (a key or a person) and for the network that they come from. The work of
 * agents also counts for their workspace.
 */
export type Counted = "credential" | "network" | "workspace";

/** The requests that one credential, network or workspace may still send, as far as this process knows. */
export interface Allowance {
  readonly counted: Counted;
  readonly kind: RequestKind;
  /** Requests per minute. */
  readonly limit: number;
  /** Whole requests that remain, on all servers together. */
  readonly remaining: number;
}

export interface RequestAllowances {
  /** Returns the allowance of a credential or a workspace, or of the network that an address belongs to. */
  find(counted: Counted, name: string, kind: RequestKind): Allowance;
  /**
   * Counts one or more requests. Returns undefined when the request may continue at once. Throws, or rejects with,
   * `rate_limited`.
   */
  take(allowance: Allowance, requests?: number): Promise<void> | undefined;
}

/** Each started 16 KiB of a body counts as one request. */
export const REQUEST_BYTES = 16 * 1024;

export function weightOf(bodyBytes: number, pieceBytes = REQUEST_BYTES): number {
  return Math.max(1, Math.ceil(bodyBytes / pieceBytes));
}

/** Returns what a request of this caller counts against, besides its network. People and scripts have no work: they write. */
export function allowancesOf(allowances: RequestAllowances, caller: Actor, kind: RequestKind): Allowance[] {
  const isWork = kind === "work" && caller.kind === "agent";
  const own = allowances.find("credential", caller.credential, kind === "work" && !isWork ? "write" : kind);
  return isWork ? [own, allowances.find("workspace", caller.workspace, kind)] : [own];
}

/** Counts a request against one allowance after the other. Returns undefined when it may continue at once. */
export function takeEach(
  allowances: RequestAllowances,
  [first, ...rest]: readonly Allowance[],
  requests: number,
): Promise<void> | undefined {
  if (!first) return undefined;
  const taken = allowances.take(first, requests);
  return taken ? taken.then(() => takeEach(allowances, rest, requests)) : takeEach(allowances, rest, requests);
}
