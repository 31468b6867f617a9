import Type from "typebox";
import type { Found } from "../../connections/index.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id, JsonObject } from "../../kernel/schema.ts";
import { findStop } from "../../stops/index.ts";
import { afterLookup } from "../attempt-rules.ts";
import { saveState } from "../end-action.ts";
import { lockActions, readClock } from "../store/actions.ts";

export const markLookup = command({
  name: "actions.mark_lookup",
  summary: "Store the result of a look-up of an action in doubt.",
  route: "POST /internal/agent-actions/mark-lookup",
  internal: true,
  permission: "actions:execute",
  pastQuota: "passes",
  input: Fields({ id: Id, lookups: Type.Integer(), found: Type.Unsafe<Found>(JsonObject) }),
  output: Fields({ is_marked: Type.Boolean() }),
  problems: [],
  async run({ tx }, { id, lookups, found }) {
    const action = (await lockActions(tx, [id])).get(id);
    // A person, or a later look-up, was faster.
    if (action?.status !== "in_doubt" || action.lookups !== lookups) return unchanged({ is_marked: false });
    const at = await readClock(tx);
    const after = afterLookup(action, found, at);
    const { agent_id, root_task_id } = action;
    const isStopped =
      after.status === "approved" && (await findStop(tx, "actions", { agent_id, root_task_id })) !== null;
    const next = isStopped ? { ...after, held_since: at.toISOString() } : after;
    const [first, ...more] = await saveState(tx, action, next, at);
    return first ? changed({ is_marked: true }, first, ...more) : unchanged({ is_marked: true });
  },
});
