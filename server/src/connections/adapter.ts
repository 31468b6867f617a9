/** The contract between a service's adapter, which talks to the outside, and agent actions, which decide when it may. */
import type { TObject } from "typebox";

/** The answer of the other side, for the receipt. `start` is the first 1 KiB of the answer. */
export interface Returned {
  response_status: number | null;
  external_id: string | null;
  external_url: string | null;
  start: string;
}

/**
 * How one attempt ended.
 * - `executed`: the other side accepted it.
 * - `failed`: a complete answer refused it. It is not tried again by itself.
 * - `again`: nothing can have been sent, or the answer was 429 or 503. It is tried again, not before `after_ms`.
 * - `in_doubt`: something was sent and no complete answer was read.
 * - `awaiting_verification`: the other side wants the answer to a challenge first.
 */
export type Attempt =
  | { end: "executed"; result: Record<string, unknown>; returned: Returned }
  | { end: "failed"; error: string; returned: Returned | null }
  | { end: "again"; error: string; after_ms: number | null; returned: Returned | null }
  | { end: "in_doubt"; error: string; returned: Returned | null }
  | { end: "awaiting_verification"; challenge: Challenge; returned: Returned };

export interface Challenge {
  id: string;
  text: string;
  instructions: string;
  expires_at: string;
}

/** The part of an answer that concerns the account of an agent. */
export interface AccountNote {
  state?: "suspended" | "key_dead";
  reason?: string;
  /** The end of a suspension. */
  until?: string | null;
  /** The service takes no more of this kind before. */
  not_before?: string;
}

/** The result of a look-up of an action in doubt. `unknown` leaves the decision to a person. */
export type Found = { found: "executed"; returned: Returned } | { found: "nothing" } | { found: "unknown" };

/** One action as it is sent. `key` is `<action id>`, after a person's retry `<action id>-<n>`. */
export interface Sent {
  action_type: string;
  payload: Record<string, unknown>;
  key: string;
}

export interface ActionType {
  action_type: string;
  /** The shape of the payload: a JSON schema. */
  payload_schema: TObject;
  /** The same key twice has one effect. After a crash, only such an action is sent again. */
  repeats_safely: boolean;
  /** A person can take the effect back at the service. */
  is_reversible: boolean;
}
