import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id, Literals, Reason } from "../../kernel/schema.ts";
import { requireFrom } from "../../kernel/steps.ts";
import { executed, failed } from "../attempt-rules.ts";
import { requirePerson } from "../decisions.ts";
import { saveState } from "../end-action.ts";
import { STEPS } from "../rules.ts";
import { Action, type ActionStatus } from "../schema.ts";
import { lockAction, readClock } from "../store/actions.ts";
import { actionToWire } from "../to-wire.ts";

export const resolveAction = command({
  name: "actions.resolve",
  summary: "Say what happened to an action in doubt: it was executed, or it was not.",
  description: "Look at the service first. After failed, actions.retry sends the action again.",
  route: "POST /agent-actions/{id}/resolve",
  permission: "actions:decide",
  pastQuota: "passes",
  input: Fields({ id: Id, outcome: Literals(["executed", "failed"], { title: "DoubtOutcome" }), reason: Reason }),
  output: Action,
  problems: ["not_found", "forbidden", "illegal_step"],
  async run({ tx, actor }, { id, outcome, reason }) {
    requirePerson(actor);
    const action = await lockAction(tx, id);
    const at = await readClock(tx);
    requireFrom<ActionStatus>(STEPS.resolve, "resolve", action.status);
    const resolved = outcome === "executed" ? executed(action, at, action.result) : failed(action, at, reason);
    const [first, ...more] = await saveState(tx, action, resolved, at, { resolved_by: actor.id, reason });
    if (!first) throw new Error("A resolution has a fact.");
    return changed(actionToWire(resolved, at), first, ...more);
  },
});
