import type { Static } from "typebox";
import type { Tx } from "../../kernel/db/tx.ts";
import { usdFromNanos } from "../../kernel/money.ts";
import { type CommandContext, changed, command, type Outcome, refused, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { getPolicy, policyToWire } from "../../risk/index.ts";
import { Policy, type PolicyRow } from "../../risk/schema.ts";
import { findStop } from "../../stops/index.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { applyHeld, heldChange, violationFact } from "../apply-change.ts";
import { requireFitting, requireInside } from "../boundary-rules.ts";
import { endGrant } from "../ended.ts";
import { changeApplied, grantUsed } from "../facts.ts";
import { debitOf, requireUsable } from "../grant-rules.ts";
import { about } from "../open-request.ts";
import { AppliedChange, Grant, type GrantRow } from "../schema.ts";
import { lockGrant, saveGrant } from "../store/grants.ts";
import { readClock } from "../store/requests.ts";
import { grantToWire } from "../to-wire.ts";

const Input = Fields({ grant_id: Id, requested_change: AppliedChange });
type Input = Static<typeof Input>;
const Shown = Fields({ grant: Grant, policy: Policy });
type Shown = Static<typeof Shown>;

export const applyGrant = command({
  name: "governance.apply_grant",
  summary: "Change a limit yourself with a grant of yours, inside its bounds.",
  description: "Each use takes one of max_uses, and a raised daily cap takes the difference from max_spend_delta.",
  route: "POST /governance/delegate/apply",
  permission: "governance:request",
  // A change of a policy runs alone in its workspace, so no revocation and no other use comes between.
  changesCredentials: true,
  input: Input,
  output: Shown,
  problems: [
    "not_found",
    "forbidden",
    "expired",
    "revoked",
    "used_up",
    "envelope_violation",
    "boundary_violation",
    "agent_paused",
    "blocked",
    "conflict",
  ],
  async beforeAlone(context, input) {
    const decided = await decide(context, input);
    return "kind" in decided ? decided : undefined;
  },
  async run(context, input) {
    const decided = await decide(context, input);
    if ("kind" in decided) return decided;
    const { grant, policy, debit, at } = decided;
    const { field, new_value: value } = input.requested_change;
    try {
      const held = heldChange(policy.id, field, value, `Grant ${grant.id}`);
      const { policy: after, values, facts } = await applyHeld(context, held, field);
      const used = debited(grant, debit);
      await saveGrant(context.tx, used);
      const ids = { grant_id: grant.id, request_id: grant.request_id };
      const { uses } = used;
      const left = { uses, uses_left: used.max_uses === null ? null : used.max_uses - uses };
      const spend_delta = usdFromNanos(debit);
      return changed(
        shown(used, after, at),
        grantUsed(grant.id, { ...values, ...ids, ...left, spend_delta }, about(grant)),
        changeApplied(after.id, { ...values, ...ids, source: "delegation" }, about(grant)),
        ...facts,
      );
    } catch (error) {
      return refusedUse(error, grant, input, "workspace_boundary");
    }
  },
});

interface Use {
  grant: GrantRow;
  policy: PolicyRow;
  /** The nano-dollars that the use takes from the grant. */
  debit: bigint;
  at: Date;
}

/** Returns the use that the grant allows, or the outcome without one. Throws when the grant is not the agent's, or over. */
async function decide(
  { tx, actor }: Pick<CommandContext, "tx" | "actor">,
  input: Input,
): Promise<Use | Outcome<Shown>> {
  const { field, new_value: value, policy_id } = input.requested_change;
  const grant = await lockGrant(tx, input.grant_id);
  if (actor.kind !== "agent" || grant.agent_id !== actor.id)
    throw new Problem("forbidden", "The grant does not belong to this agent.");
  const at = await readClock(tx);
  const ended = await endGrant(tx, grant, at);
  if (ended) return ended;
  requireUsable(grant, at);
  await requireNoStop(tx, actor.id);
  // A policy that the workspace does not have is unknown, and one that the grant is not for is outside of it.
  await getPolicy(tx, policy_id);
  const policy = await getPolicy(tx, grant.policy_id);
  requireFitting(policy, field, value, "/requested_change/new_value");
  const tier = await lockWorkspace(tx);
  let source: Source = "grant_envelope";
  try {
    const debit = debitOf(grant, policy, input.requested_change);
    source = "workspace_boundary";
    requireInside(policy, field, value, tier);
    return policy[field] === value ? unchanged(shown(grant, policy, at)) : { grant, policy, debit, at };
  } catch (error) {
    return refusedUse(error, grant, input, source);
  }
}

/** A stop and a use both run alone in their workspace, so no use commits after a stop. */
async function requireNoStop(tx: Tx, agentId: string): Promise<void> {
  const stop_id = await findStop(tx, "actions", { agent_id: agentId });
  if (stop_id === null) return;
  throw new Problem("blocked", "A stop forbids the actions of this agent.", {
    reason_code: "stopped",
    stop_id,
    next_step: `An owner or admin lifts stop ${stop_id}.`,
  });
}

type Source = "grant_envelope" | "workspace_boundary";

function refusedUse(error: unknown, grant: GrantRow, { requested_change }: Input, source: Source): Outcome<never> {
  const { field, new_value: value } = requested_change;
  const { problem, fact } = violationFact(error, {
    agent_id: grant.agent_id,
    // The policy that the agent named may be unknown.
    data: { grant_id: grant.id, policy_id: grant.policy_id, field, value, source },
  });
  return refused(problem, fact);
}

function debited(grant: GrantRow, debit: bigint): GrantRow {
  const uses = grant.uses + 1;
  const status = uses === grant.max_uses ? "used_up" : grant.status;
  return { ...grant, uses, status, spend_delta_nanos: grant.spend_delta_nanos + debit };
}

const shown = (grant: GrantRow, policy: PolicyRow, at: Date) => ({
  grant: grantToWire(grant, at),
  policy: policyToWire(policy),
});
