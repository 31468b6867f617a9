import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id, Reason } from "../../kernel/schema.ts";
import { documentOf } from "../audit-entries.ts";
import { riskUndone } from "../facts.ts";
import { holdAgents, takeBack } from "../intervene.ts";
import { RiskEvent } from "../schema.ts";
import { lockRiskEvent, markRiskEvent } from "../store/events.ts";

export const undoIntervention = command({
  name: "risk.undo",
  summary: "Take back what a risk policy did to an agent.",
  description:
    "The agent is as before, unless somebody changed it since. The limit itself stays: starts that do not fit under a cap are still refused.",
  route: "POST /risk/events/{id}/undo",
  permission: "risk:write",
  pastQuota: "passes",
  changesCredentials: true,
  input: Fields({ id: Id, reason: Reason }),
  output: RiskEvent,
  problems: ["not_found", "conflict"],
  async run({ tx, now }, { id, reason }) {
    const event = await lockRiskEvent(tx, id);
    const { agent_id, action_type, policy_id, result } = event;
    if (event.undone_at !== null) throw new Problem("conflict", "The intervention was taken back already.");
    const { before, after } = result;
    if (event.status !== "executed" || action_type === "alert_only" || agent_id === null)
      throw new Problem("conflict", "The event changed nothing that could be taken back.");
    const effect = { before: documentOf(before), after: documentOf(after) };
    const gate = (await holdAgents(tx, [agent_id])).get(agent_id);
    if (!gate) throw new Error(`Agent ${agent_id} has no gate.`);
    const taken = await takeBack(action_type, { tx, now, gate, reason, event_id: id }, effect);
    if (!taken.isChanged)
      throw new Problem("conflict", "The agent was changed since, so there is nothing to take back.");
    const undone_at = now.toISOString();
    await markRiskEvent(tx, id, { undone_at });
    const data = { event_id: id, action_type, reason, before: effect.after, after: effect.before };
    return changed({ ...event, undone_at }, riskUndone(policy_id, data, { agent_id }), ...taken.facts);
  },
});
