import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { endIfOver, notifyOf } from "../end-action.ts";
import { about, actionCanceled, whatOf } from "../facts.ts";
import { requirePending } from "../rules.ts";
import { Action, type ActionRow } from "../schema.ts";
import { lockAction, readClock, saveAction } from "../store/actions.ts";
import { actionToWire } from "../to-wire.ts";
import { requireVisible } from "../visible.ts";

export const cancelAction = command({
  name: "actions.cancel",
  summary: "Cancel an action that you proposed and nobody decided yet.",
  route: "POST /agent-actions/{id}/cancel",
  permission: "actions:write",
  pastQuota: "passes",
  whilePaused: true,
  input: Fields({ id: Id }),
  output: Action,
  problems: ["not_found", "forbidden", "already_decided", "expired"],
  async run({ tx, actor }, { id }) {
    if (actor.kind !== "agent")
      throw new Problem("forbidden", "Only the agent that proposed an action cancels it.", {
        next_step: "An owner or admin rejects the action.",
      });
    const action = await lockAction(tx, id);
    requireVisible(actor, action);
    const at = await readClock(tx);
    const over = await endIfOver(tx, action, at);
    if (over) return over;
    requirePending(action, "cancel");
    const canceled: ActionRow = { ...action, status: "canceled", finished_at: at.toISOString(), held_since: null };
    await saveAction(tx, canceled);
    const notices = await notifyOf(tx, canceled, at);
    return changed(actionToWire(canceled, at), actionCanceled(id, whatOf(action), about(action)), ...notices);
  },
});
