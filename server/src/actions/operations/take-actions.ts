import Type, { type Static } from "typebox";
import { gateOf } from "../../gate/index.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id, JsonObject, Literals, Nullable } from "../../kernel/schema.ts";
import { afterCrash, begun, failed, lookingUp } from "../attempt-rules.ts";
import { requireSendable } from "../decisions.ts";
import { saveState } from "../end-action.ts";
import { keyOf, PARKED_MS, requireUnmoved } from "../rules.ts";
import type { ActionRow } from "../schema.ts";
import { lockDue, readClock } from "../store/actions.ts";
import { isToolCall } from "../tool-calls.ts";

/** Work that a process does outside any transaction, and whose result it stores afterwards. */
const Taken = Fields({
  kind: Literals(["send", "look_up"]),
  id: Id,
  attempt: Type.Integer(),
  lookups: Type.Integer(),
  connection_id: Nullable(Id),
  approved_target: Nullable(Type.String()),
  action_type: Type.String(),
  payload: JsonObject,
  key: Type.String(),
});
export type Taken = Static<typeof Taken>;

export const takeActions = command({
  name: "actions.take",
  summary: "Take the next approved actions for an attempt, and end what outlived its time.",
  route: "POST /internal/agent-actions/take",
  internal: true,
  permission: "actions:execute",
  input: Fields({ most: Type.Integer({ minimum: 1, maximum: 100 }) }),
  output: Fields({ items: Type.Array(Taken), has_more: Type.Boolean() }),
  problems: [],
  async run({ tx }, { most }) {
    const actions = await lockDue(tx, most);
    const at = await readClock(tx);
    const items: Taken[] = [];
    const facts: Fact[] = [];
    for (const action of actions) {
      const next = await nextOf(tx, action, at);
      facts.push(...(await saveState(tx, action, next, at)));
      if (next.status === "executing") items.push(taken("send", next));
      if (action.status === "in_doubt" && next.status === "in_doubt") items.push(taken("look_up", next));
      // An end may lock the caps, and no row is locked after them. The others are due in the next round.
      if (next.status === "failed") break;
    }
    const output = { items, has_more: actions.length === most };
    const [first, ...more] = facts;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});

const taken = (kind: Taken["kind"], action: ActionRow): Taken => {
  const { id, attempts: attempt, lookups, connection_id, approved_target, action_type, payload } = action;
  return { kind, id, attempt, lookups, connection_id, approved_target, action_type, payload, key: keyOf(action) };
};

const UNUSED = "The agent did not repeat the call in time.";
const UNANSWERED = "Nobody answered the challenge of the service in time.";

/** Returns the action whose time has come, one step further. */
async function nextOf(tx: Tx, action: ActionRow, at: Date): Promise<ActionRow> {
  switch (action.status) {
    case "approved":
      if (isToolCall(action)) return failed(action, at, UNUSED);
      return sendable(tx, action, at);
    case "executing":
      return afterCrash(action, at);
    case "in_doubt":
      return lookingUp(action, at);
    default:
      return failed(action, at, UNANSWERED);
  }
}

/** A paused agent's action waits, unless a person confirmed it. What cannot be sent any more fails, and nothing is sent. */
async function sendable(tx: Tx, action: ActionRow, at: Date): Promise<ActionRow> {
  const { status } = await gateOf(tx, action.agent_id);
  if (status === "paused" && !action.is_confirmed)
    return { ...action, due_at: new Date(at.getTime() + PARKED_MS).toISOString() };
  if (status === "archived" && !action.is_confirmed)
    return failed(action, at, "The agent was archived before the action was sent.");
  try {
    const { repeats_safely, target } = await requireSendable(tx, action, action.payload);
    requireUnmoved(action.approved_target, target);
    return begun(action, at, repeats_safely);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return failed(action, at, error.message);
  }
}
