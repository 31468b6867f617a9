import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id, Reason } from "../../kernel/schema.ts";
import { rejectAction as reject, requirePerson } from "../decisions.ts";
import { endIfOver } from "../end-action.ts";
import { Action } from "../schema.ts";
import { lockAction, readClock } from "../store/actions.ts";
import { actionToWire } from "../to-wire.ts";

export const rejectAction = command({
  name: "actions.reject",
  summary: "Reject an action. Nothing is sent, and the agent gets the reason.",
  route: "POST /agent-actions/{id}/reject",
  permission: "actions:decide",
  pastQuota: "passes",
  input: Fields({ id: Id, reason: Type.Optional(Reason) }),
  output: Action,
  problems: ["not_found", "forbidden", "already_decided", "expired"],
  async run({ tx, actor }, { id, reason }) {
    requirePerson(actor);
    const action = await lockAction(tx, id);
    const at = await readClock(tx);
    const over = await endIfOver(tx, action, at);
    if (over) return over;
    const decided = await reject({ tx, actor, at }, action, reason);
    const [first, ...more] = decided.facts;
    if (!first) throw new Error("A rejection has a fact.");
    return changed(actionToWire(decided.action, at), first, ...more);
  },
});
