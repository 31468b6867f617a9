/** Makes requests: for an agent that asks, and for an agent whose start a cap refused. */
import { uuidv7 } from "uuidv7";
import type { Actor } from "../kernel/actor.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import type { PolicyRow } from "../risk/schema.ts";
import { heldChange } from "./apply-change.ts";
import type { Evidence } from "./evidence-schema.ts";
import { requestSubmitted } from "./facts.ts";
import { REQUEST_MS } from "./rules.ts";
import type { ChangeableField, FieldValue, RequestRow } from "./schema.ts";
import { titleOf } from "./title.ts";

export interface Wanted {
  policy: PolicyRow;
  agentId: string;
  field: ChangeableField;
  value: FieldValue;
  reason: string;
  source: RequestRow["source"];
  evidence: Evidence;
  requiredApprovals: number;
}

/** Returns the row of a request, and its fact. */
export function newRequest(
  { actor, at }: { actor: Actor; at: Date },
  { policy, agentId, field, value, reason, source, evidence, requiredApprovals }: Wanted,
): { request: RequestRow; fact: Fact } {
  const expires_at = new Date(at.getTime() + REQUEST_MS).toISOString();
  const { policy_type } = policy;
  const change = { policy_id: policy.id, field, current_value: policy[field], requested_value: value };
  const request: RequestRow = {
    id: uuidv7(),
    agent_id: agentId,
    policy_id: policy.id,
    policy_type,
    title: titleOf(policy, change),
    source,
    requested_changes: change,
    held: heldChange(policy.id, field, value, reason),
    reason,
    status: "pending",
    required_approvals: requiredApprovals,
    approvals: [],
    terms: null,
    key_id: actor.key_id,
    started_by_user_id: actor.kind === "user" ? actor.id : null,
    reviewed_by: null,
    reviewed_at: null,
    review_reason: null,
    evidence,
    evidence_state: "waiting",
    reminded_at: null,
    requested_at: at.toISOString(),
    expires_at,
  };
  return { request, fact: requestSubmitted(request.id, { ...wantedOf(request), source, expires_at }, about(request)) };
}

export const about = ({ agent_id }: Pick<RequestRow, "agent_id">) => ({ agent_id });

/** The data of facts about a wanted change. */
export function wantedOf({
  id,
  title,
  requested_changes,
  reason,
}: Pick<RequestRow, "id" | "title" | "requested_changes" | "reason">) {
  return { request_id: id, title, ...requested_changes, reason };
}
