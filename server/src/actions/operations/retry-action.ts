import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { requireFrom } from "../../kernel/steps.ts";
import { findStop } from "../../stops/index.ts";
import { requireActing, requirePerson, requireSendable, reserveOf } from "../decisions.ts";
import { about, actionRetried, whatOf } from "../facts.ts";
import { requireNotHeld, STEPS } from "../rules.ts";
import { Action, type ActionRow, type ActionStatus, Confirm } from "../schema.ts";
import { lockAction, readClock, saveAction } from "../store/actions.ts";
import { actionToWire } from "../to-wire.ts";
import { dueAfter } from "../tool-calls.ts";

/** More tries of people point at a fault that another try does not mend. */
const RETRIES_MAX = 50;

export const retryAction = command({
  name: "actions.retry",
  summary: "Send a failed action again, with a new idempotency key.",
  route: "POST /agent-actions/{id}/retry",
  permission: "actions:decide",
  pastQuota: "passes",
  input: Fields({ id: Id, confirm: Confirm }),
  output: Action,
  problems: [
    "not_found",
    "forbidden",
    "illegal_step",
    "agent_paused",
    "not_connected",
    "unknown_action_type",
    "blocked",
    "conflict",
  ],
  async run({ tx, actor, env }, { id, confirm }) {
    requirePerson(actor);
    const action = await lockAction(tx, id);
    const at = await readClock(tx);
    requireFrom<ActionStatus>(STEPS.retry, "retry", action.status);
    if (action.retries >= RETRIES_MAX)
      throw new Problem("conflict", `The action was sent again ${RETRIES_MAX} times, which is the most.`);
    const { agent_id, root_task_id } = action;
    const isStopped = (await findStop(tx, "actions", { agent_id, root_task_id })) !== null;
    requireNotHeld({ id, held_since: isStopped ? at.toISOString() : null });
    await requireActing(tx, action, confirm);
    const { target } = await requireSendable(tx, action, action.payload);
    await reserveOf(tx, action, at, env.publicUrl);
    const retried: ActionRow = {
      ...action,
      status: "approved",
      is_confirmed: confirm,
      approved_target: target,
      tries: 0,
      retries: action.retries + 1,
      due_at: dueAfter(action, at),
      error_message: null,
      finished_at: null,
    };
    await saveAction(tx, retried);
    const fact = actionRetried(id, { ...whatOf(action), retries: retried.retries }, about(action));
    return changed(actionToWire(retried, at), fact);
  },
});
