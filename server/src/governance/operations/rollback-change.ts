import { uuidv7 } from "uuidv7";
import { type CommandContext, changed, command, refused } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { getPolicy, policyToWire } from "../../risk/index.ts";
import { Policy, type PolicyRow } from "../../risk/schema.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { applyHeld, heldChange, violationFact } from "../apply-change.ts";
import { changeRolledBack } from "../facts.ts";
import { findChange, type PastChange } from "../past-change.ts";
import { requireFresh, requireRestorable } from "../rules.ts";
import { AuditEntry, RollbackInput } from "../schema.ts";

export const rollbackChange = command({
  name: "governance.rollback",
  summary: "Restore the field of a limit as it was before a change of governance.",
  description:
    "A rollback is a new change of one field and can be rolled back, too. A later change of the field is overwritten only with " +
    "confirm: true. A milder action needs a reason. governance.preview_rollback shows first what would happen.",
  route: "POST /governance/rollback/{audit_id}",
  permission: "governance:write",
  pastQuota: "passes",
  // A change of a policy runs alone in its workspace, so no later change comes between.
  changesCredentials: true,
  input: RollbackInput,
  output: Fields({ policy: Policy, audit_entry: AuditEntry }),
  problems: ["not_found", "stale", "not_reversible", "boundary_violation", "forbidden", "conflict"],
  async beforeAlone(context, input) {
    await findRestorable(context, input);
    return undefined;
  },
  async run(context, { audit_id, confirm, reason }) {
    const { tx, actor, now } = context;
    const { change, before } = await findRestorable(context, { audit_id, confirm });
    const { field, old_value: value, agent_id, request_id, grant_id } = change;
    const overwrote_later_change = before[field] !== change.new_value;
    try {
      requireRestorable(change, before, await lockWorkspace(tx), reason);
      const held = heldChange(before.id, field, value, reason ?? `Rollback of ${audit_id}`);
      const { policy, values, facts } = await applyHeld(context, held, field);
      const details = { ...values, request_id, grant_id, rolled_back_entry_id: audit_id, reason: reason ?? null };
      const data = { ...details, overwrote_later_change };
      const id = uuidv7();
      const audit_entry = {
        id,
        event_type: "change_rolled_back",
        agent_id,
        actor: { kind: actor.kind, id: actor.id, key_id: actor.key_id },
        details: data,
        created_at: now.toISOString(),
      };
      return changed(
        { policy: policyToWire(policy), audit_entry },
        changeRolledBack(policy.id, data, { agent_id, id }),
        ...facts,
      );
    } catch (error) {
      const data = { audit_entry_id: audit_id, policy_id: before.id, field, value, source: "rollback" } as const;
      const { problem, fact } = violationFact(error, { agent_id, data });
      return refused(problem, fact);
    }
  },
});

/** Throws when there is nothing to restore. */
async function findRestorable(
  { tx, actor }: Pick<CommandContext, "tx" | "actor">,
  { audit_id, confirm }: { audit_id: string; confirm: boolean },
): Promise<{ change: PastChange; before: PolicyRow }> {
  if (actor.kind !== "user") throw new Problem("forbidden", "Only people roll changes back.");
  const change = await findChange(tx, audit_id);
  const before = await getPolicy(tx, change.policy_id);
  requireFresh(change, before, confirm);
  return { change, before };
}
