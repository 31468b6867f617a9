/** Request limits. The surfaces count requests through these types; `limits` implements them. */

export type RequestKind = "read" | "write";
/** Requests are counted for the credential (a key or a person) and for the network that they come from. */
export type Counted = "credential" | "network";

/** The requests that one credential or network may still send, as far as this process knows. */
export interface Allowance {
  readonly counted: Counted;
  readonly kind: RequestKind;
  /** Requests per minute. */
  readonly limit: number;
  /** Whole requests that remain, on all servers together. */
  readonly remaining: number;
}

export interface RequestAllowances {
  /** Returns the allowance of a credential, or of the network that an address belongs to. */
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
