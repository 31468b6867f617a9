import Type from "typebox";
import { type Ended, noteUse } from "../../connections/index.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id, JsonObject } from "../../kernel/schema.ts";
import { findStop } from "../../stops/index.ts";
import { afterAttempt, counts } from "../attempt-rules.ts";
import { saveState } from "../end-action.ts";
import { lockActions, readClock } from "../store/actions.ts";

export const markAttempt = command({
  name: "actions.mark_attempt",
  summary: "Store the result of an attempt at an action.",
  route: "POST /internal/agent-actions/mark-attempt",
  internal: true,
  permission: "actions:execute",
  pastQuota: "passes",
  // An MCP server may describe many tools, in answers of 1 MiB together.
  inputLimits: { bytes: 4 * 1024 * 1024, values: 1_200_000 },
  input: Fields({ id: Id, attempt: Type.Integer(), ended: Type.Unsafe<Ended>(JsonObject) }),
  output: Fields({ is_marked: Type.Boolean() }),
  problems: [],
  async run({ tx }, { id, attempt, ended }) {
    const action = (await lockActions(tx, [id])).get(id);
    // Somebody else knows the end of this attempt already.
    if (!action || !counts(action, attempt, ended.end)) return unchanged({ is_marked: false });
    const at = await readClock(tx);
    const after = afterAttempt(action, ended, { at, chance: Math.random() });
    const { connection_id, agent_id, root_task_id } = action;
    const used = { now: at, ...(ended.seen && { seen: ended.seen }) };
    const changes = connection_id === null ? [] : await noteUse(tx, connection_id, after.error_message, used);
    const isStopped =
      after.status === "approved" && (await findStop(tx, "actions", { agent_id, root_task_id })) !== null;
    const next = isStopped ? { ...after, held_since: at.toISOString() } : after;
    const [first, ...more] = [...(await saveState(tx, action, next, at)), ...changes];
    return first ? changed({ is_marked: true }, first, ...more) : unchanged({ is_marked: true });
  },
});
