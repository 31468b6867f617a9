/** The decisions of people about an action. None of them can be undone: an approved action is sent within seconds. */
import type { ActionsApproveInput, AgentAction } from "@bailiwick/sdk";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { actionText } from "./action-words.ts";

export const ACTION_CHANGES = ["actions", "caps", "tasks"] as const;
const TITLE_LENGTH_MAX = 80;

type Decided = Pick<AgentAction, "id" | "action_type" | "payload" | "payload_hash" | "held_since">;
export type Terms = Omit<ActionsApproveInput, "id" | "payload_hash">;

export function useDecideAction(action: Decided) {
  const { id, payload_hash, held_since } = action;
  const denied = useDenied("actions:decide");
  const title = actionText(action).slice(0, TITLE_LENGTH_MAX);
  const options = { changes: ACTION_CHANGES, about: id, isQuiet: true };
  const approve = useCommand({
    ...options,
    // With the hash, exactly what the person saw is approved.
    send: ({ actions }, terms: Terms) => actions.approve({ id, payload_hash, ...terms }),
    done: `Approved: ${title}`,
  });
  const reject = useCommand({
    ...options,
    send: ({ actions }, reason: string) => actions.reject({ id, ...(reason.trim() !== "" && { reason }) }),
    done: `Rejected: ${title}`,
  });
  const held = held_since === null ? undefined : "A stop holds it. Lift the stop first.";
  return { approve, reject, denied, refused: denied ?? held };
}
