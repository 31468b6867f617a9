/** How often a caller may ask. The surfaces count requests with this; `auth` keeps the count. */

export type RequestKind = "read" | "write";
/** A key or a person, and the network a request comes from. */
export type Counted = "credential" | "network";

/** What one of them may still do, as far as this process knows. */
export interface Allowance {
  readonly counted: Counted;
  readonly kind: RequestKind;
  /** Requests a minute. */
  readonly limit: number;
  /** Whole requests that are left, on all servers together. */
  readonly remaining: number;
}

export interface RequestAllowances {
  /** The allowance of a credential, or of the network an address belongs to. */
  find(counted: Counted, name: string, kind: RequestKind): Allowance;
  /**
   * Counts a request, or as many as its body weighs. Undefined: it may go on at once. Throws, or rejects with,
   * `rate_limited`.
   */
  take(allowance: Allowance, requests?: number): Promise<void> | undefined;
}

/** A body counts as one request for every 16 KiB of it that is started. */
export const REQUEST_BYTES = 16 * 1024;

export function weightOf(bodyBytes: number): number {
  return Math.max(1, Math.ceil(bodyBytes / REQUEST_BYTES));
}
