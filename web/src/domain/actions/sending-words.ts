/** Says what an approval leads to, before it is given. Pure. */
import type { ActionTypeItem, AgentAction } from "@bailiwick/sdk";

type Sending = Pick<ActionTypeItem, "is_reversible" | "repeats_safely"> | undefined;
type Of = Pick<AgentAction, "service_type">;

/** The client of the agent runs an approved call of a tool. */
const isCall = ({ service_type }: Of) => service_type === "gate";

/** Nothing that was sent can be undone here. */
export function sentText(of: Of, type: Sending): string {
  if (isCall(of)) return "The agent may make exactly this call, once. Its own client runs it.";
  if (type?.is_reversible) return "It is sent within seconds. Bailiwick cannot undo it; the service can.";
  return "It is sent within seconds and cannot be undone.";
}

export function repeatText(of: Of, type: Sending): string {
  if (isCall(of)) return "An approval is used by one call.";
  return type?.repeats_safely
    ? "Sent twice, it has one effect."
    : "Sent twice, it has two effects. After a crash in the middle of sending, a person says what happened.";
}
