/** Says what an approval leads to, before it is given. Pure. */
import type { ActionTypeItem } from "@bailiwick/sdk";

type Sending = Pick<ActionTypeItem, "is_reversible" | "repeats_safely"> | undefined;

/** Nothing that was sent can be undone here. */
export function sentText(type: Sending): string {
  if (type?.is_reversible) return "It is sent within seconds. Bailiwick cannot undo it; the service can.";
  return "It is sent within seconds and cannot be undone.";
}

export function repeatText(type: Sending): string {
  return type?.repeats_safely
    ? "Sent twice, it has one effect."
    : "Sent twice, it has two effects. After a crash in the middle of sending, a person says what happened.";
}
