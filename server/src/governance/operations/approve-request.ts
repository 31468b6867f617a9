import Type, { type Static } from "typebox";
import { uuidv7 } from "uuidv7";
import { nanosFromUsd } from "../../kernel/money.ts";
import { changed, command, type Outcome, refused, unchanged } from "../../kernel/operation.ts";
import { Defaulted, Fields, Id } from "../../kernel/schema.ts";
import { getPolicy, policyToWire } from "../../risk/index.ts";
import { Policy, type PolicyRow } from "../../risk/schema.ts";
import { lockWorkspace, type Tier } from "../../tiers/index.ts";
import { applyHeld, type Context, violationFact } from "../apply-change.ts";
import { requireInside } from "../boundary-rules.ts";
import { otherApprovals, requireApprover } from "../deciders.ts";
import { endRequest } from "../ended.ts";
import { approvalAdded, changeApplied, grantCreated, requestApproved } from "../facts.ts";
import { envelopeOf, requireEnvelope } from "../grant-rules.ts";
import { about } from "../open-request.ts";
import { hasTerms, requireOpen, requireSameTerms, requireSameValue, requireTerms } from "../rules.ts";
import {
  type Approval,
  type DelegationParams,
  DelegationParams as DelegationParamsShape,
  Grant,
  type GrantRow,
  Mode,
  PolicyRequest,
  type RequestRow,
  type Terms,
} from "../schema.ts";
import { insertGrant } from "../store/grants.ts";
import { lockRequest, readClock, saveDecision } from "../store/requests.ts";
import { grantToWire, requestToWire } from "../to-wire.ts";

const Output = Fields({
  request: PolicyRequest,
  policy: Type.Optional(Policy),
  grant: Type.Optional(Grant),
});
type Approved = Outcome<Static<typeof Output>>;

export const approveRequest = command({
  name: "governance.approve",
  summary:
    "Approve a request: change the limit once, or give the agent a grant to change it inside bounds for some time.",
  description:
    "An owner or admin decides, never through a key, and never about a request that came through a key behind which they stand, " +
    "except for the owner. A limit that changed since the request needs confirm: true.",
  route: "POST /governance/approve/{id}",
  permission: "governance:write",
  pastQuota: "passes",
  // A change of a policy runs alone in its workspace, so no other decision and no use of a grant comes between.
  changesCredentials: true,
  input: Fields({
    id: Id,
    mode: Mode,
    delegation_params: Type.Optional(DelegationParamsShape),
    confirm: Defaulted(Type.Boolean({ description: "Also when the limit changed since the request." }), false),
  }),
  output: Output,
  problems: ["not_found", "already_decided", "expired", "boundary_violation", "forbidden", "stale", "conflict"],
  async run(context, { id, confirm, mode, delegation_params }) {
    const terms: Terms = delegation_params ? { mode, delegation_params } : { mode };
    requireTerms(terms);
    const { tx, actor } = context;
    const request = await lockRequest(tx, id);
    const at = await readClock(tx);
    const ended = await endRequest(tx, request, at);
    if (ended) return ended;
    requireOpen(request, terms.mode === "delegate" ? "delegate" : "approve");
    const isOwn = await requireApprover(tx, request, actor);
    const others = await otherApprovals(tx, request, actor);
    if (others.length > 0) requireSameTerms(request, terms);
    const named = terms.delegation_params?.allowed_changes?.policy_id;
    if (named !== undefined) await getPolicy(tx, named);
    const policy = await getPolicy(tx, request.policy_id);
    requireSameValue(request.requested_changes, policy, confirm);
    const decision: Decision = { request, policy, terms, others, isOwn, at, tier: await lockWorkspace(tx) };
    try {
      requireAllowed(decision);
      return await approve(context, decision);
    } catch (error) {
      const { policy_id, field, requested_value: value } = request.requested_changes;
      const data = { request_id: id, policy_id, field, value, source: "approval" } as const;
      const { problem, fact } = violationFact(error, { agent_id: request.agent_id, data });
      return refused(problem, fact);
    }
  },
});

interface Decision {
  request: RequestRow;
  policy: PolicyRow;
  terms: Terms;
  /** The approvals of other people. */
  others: readonly Approval[];
  isOwn: boolean;
  at: Date;
  tier: Tier;
}

/** Throws `boundary_violation`, also when only the bounds of the grant leave the boundaries. */
function requireAllowed({ request, policy, terms, tier }: Decision): void {
  const { field, requested_value } = request.requested_changes;
  requireInside(policy, field, requested_value, tier);
  const { delegation_params: params } = terms;
  if (params) requireEnvelope(envelopeOf(request.requested_changes, policy, params), policy, tier, params);
}

async function approve(context: Context, decision: Decision): Promise<Approved> {
  const { request, terms, others, isOwn, at } = decision;
  const by = context.actor.id;
  const approved = { ...request, terms, approvals: [...others, { user_id: by, at: at.toISOString() }] };
  const data = {
    request_id: request.id,
    policy_id: request.policy_id,
    approved_by: by,
    mode: terms.mode,
    is_own: isOwn,
  };
  const missing = request.required_approvals - approved.approvals.length;
  if (missing > 0) {
    const isRepeated = request.approvals.some(({ user_id }) => user_id === by) && hasTerms(request, terms);
    if (isRepeated) return unchanged({ request: requestToWire(request, at) });
    await saveDecision(context.tx, approved);
    const fact = approvalAdded(request.id, { ...data, missing }, about(request));
    return changed({ request: requestToWire(approved, at) }, fact);
  }
  const { delegation_params: params } = terms;
  const reviewed: RequestRow = {
    ...approved,
    status: params ? "approved" : "applied",
    reviewed_by: by,
    reviewed_at: at.toISOString(),
  };
  // A boundary that the change crosses is thrown before anything is saved.
  const { output, facts } = params ? await giveGrant(context, decision, params) : await applyOnce(context, request);
  await saveDecision(context.tx, reviewed);
  const duration = params && { duration_minutes: params.duration_minutes };
  const fact = requestApproved(request.id, { ...data, ...duration }, about(request));
  return changed({ request: requestToWire(reviewed, at), ...output }, fact, ...facts);
}

async function applyOnce(context: Context, request: RequestRow) {
  const { policy, values, facts } = await applyHeld(context, request.held, request.requested_changes.field);
  const data = { ...values, request_id: request.id, grant_id: null, source: "request" } as const;
  const output = { policy: policyToWire(policy) };
  return { output, facts: [changeApplied(policy.id, data, about(request)), ...facts] };
}

async function giveGrant({ tx, actor }: Context, decision: Decision, params: DelegationParams) {
  const grant = grantFor(decision, actor.id, params);
  await insertGrant(tx, grant);
  return { output: { grant: grantToWire(grant, decision.at) }, facts: [createdFact(grant, params)] };
}

const MINUTE_MS = 60_000;

function grantFor({ request, policy, at }: Decision, grantedBy: string, params: DelegationParams): GrantRow {
  const { duration_minutes, max_uses = null, max_spend_delta } = params;
  return {
    id: uuidv7(),
    agent_id: request.agent_id,
    request_id: request.id,
    policy_id: request.policy_id,
    policy_type: policy.policy_type,
    allowed_changes: envelopeOf(request.requested_changes, policy, params),
    max_uses,
    uses: 0,
    max_spend_delta_nanos: max_spend_delta === undefined ? null : nanosFromUsd(max_spend_delta),
    spend_delta_nanos: 0n,
    status: "active",
    valid_from: at.toISOString(),
    valid_to: new Date(at.getTime() + duration_minutes * MINUTE_MS).toISOString(),
    granted_by: grantedBy,
    revoked_at: null,
    revoked_by: null,
  };
}

function createdFact(grant: GrantRow, { duration_minutes, max_spend_delta }: DelegationParams) {
  const { id: grant_id, request_id, policy_id, allowed_changes, max_uses, valid_from, valid_to } = grant;
  const data = { grant_id, request_id, policy_id, allowed_changes, duration_minutes, max_uses, valid_from, valid_to };
  return grantCreated(grant_id, { ...data, max_spend_delta: max_spend_delta ?? null }, about(grant));
}
