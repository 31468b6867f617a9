import { changed, command } from "../../kernel/operation.ts";
import { approveAction as approve, requirePerson } from "../decisions.ts";
import { endIfOver } from "../end-action.ts";
import { Action, Approval } from "../schema.ts";
import { lockAction, readClock } from "../store/actions.ts";
import { actionToWire } from "../to-wire.ts";

export const approveAction = command({
  name: "actions.approve",
  summary: "Approve an action, as it is or with another payload. It is sent within seconds.",
  description:
    "Owners and admins decide, never through a key. Send the payload_hash that you saw, so that you approve exactly that. " +
    "With a payload of your own, the action keeps the proposed one too.",
  route: "POST /agent-actions/{id}/approve",
  permission: "actions:decide",
  pastQuota: "passes",
  input: Approval,
  output: Action,
  problems: [
    "not_found",
    "forbidden",
    "already_decided",
    "expired",
    "payload_changed",
    "agent_paused",
    "not_connected",
    "unknown_action_type",
    "blocked",
  ],
  async run({ tx, actor, env }, { id, ...approval }) {
    requirePerson(actor);
    const action = await lockAction(tx, id);
    const at = await readClock(tx);
    const over = await endIfOver(tx, action, at);
    if (over) return over;
    const decided = await approve({ tx, actor, at, publicUrl: env.publicUrl }, action, approval);
    const [first, ...more] = decided.facts;
    if (!first) throw new Error("An approval has a fact.");
    return changed(actionToWire(decided.action, at), first, ...more);
  },
});
