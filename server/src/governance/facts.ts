/** Facts of requests, grants and the changes that followed. A change is a fact of its policy. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, JsonObject, Literals, Nullable, Time } from "../kernel/schema.ts";
import { AllowedChanges, ChangeableField, Mode, RequiredApprovals } from "./schema.ts";

const request = "request";
const grant = "grant";
const policy_id = Id;
const request_id = Id;
const grant_id = Id;
const field = ChangeableField;
const value = Type.Union([Type.Number(), Type.String()]);
const reason = Nullable(Type.String());
const wanted = {
  request_id,
  title: Type.String(),
  policy_id,
  field,
  current_value: value,
  requested_value: value,
  reason: Type.String(),
};

export const requestSubmitted = factType({
  type: "governance.request_submitted",
  subject: request,
  meaning: "A change of a risk policy was requested for an agent.",
  data: Fields({ ...wanted, source: Type.String(), expires_at: Time }),
});

export const evidenceAdded = factType({
  type: "governance.evidence_added",
  subject: request,
  meaning: "The backtest of a request is complete, or there is none.",
  data: Fields({ request_id, policy_id, complete: Type.Boolean() }),
});

export const requestReminded = factType({
  type: "governance.request_reminded",
  subject: request,
  meaning: "A request that nobody decided expires soon.",
  data: Fields({ ...wanted, expires_at: Time }),
});

export const requestExpired = factType({
  type: "governance.request_expired",
  subject: request,
  meaning: "Nobody decided a request in time.",
  data: Fields({ request_id, policy_id, reason: Type.String() }),
});

const decided = { request_id, policy_id, approved_by: Id };
const is_own = Type.Boolean({ description: "The owner stands behind the key of the agent." });

export const approvalAdded = factType({
  type: "governance.approval_added",
  subject: request,
  meaning: "A person approved a request that needs further approvals.",
  data: Fields({ ...decided, mode: Mode, is_own, missing: Type.Integer() }),
});

export const requestApproved = factType({
  type: "governance.request_approved",
  subject: request,
  meaning: "A request was approved.",
  data: Fields({ ...decided, mode: Mode, is_own, duration_minutes: Type.Optional(Type.Integer()) }),
});

export const requiredApprovalsChanged = factType({
  type: "governance.required_approvals_changed",
  subject: "workspace",
  meaning: "The owner changed how many people must approve a request.",
  data: Fields({ from: RequiredApprovals, to: RequiredApprovals }),
});

const denied = { request_id, policy_id, reason, denied_by: Id };

export const requestDenied = factType({
  type: "governance.request_denied",
  subject: request,
  meaning: "A request was denied.",
  data: Fields(denied),
});

export const lateDenial = factType({
  type: "governance.late_denial",
  subject: request,
  meaning: "A person denied a request after its end. This is a note and changes nothing.",
  data: Fields(denied),
});

const changed = {
  request_id: Nullable(Id),
  grant_id: Nullable(Id),
  policy_id,
  field,
  old_value: value,
  new_value: value,
  policy_before: JsonObject,
  policy_after: JsonObject,
};

export const changeApplied = factType({
  type: "governance.change_applied",
  subject: "risk_policy",
  meaning: "A risk policy was changed by an approved request or with a grant.",
  data: Fields({ ...changed, source: Literals(["request", "delegation"], { title: "ChangeSource" }) }),
});

export const changeRolledBack = factType({
  type: "governance.change_rolled_back",
  subject: "risk_policy",
  meaning: "A person restored a field of a risk policy.",
  data: Fields({ ...changed, rolled_back_entry_id: Id, reason, overwrote_later_change: Type.Boolean() }),
});

export const grantCreated = factType({
  type: "governance.grant_created",
  subject: grant,
  meaning: "An agent got a grant.",
  data: Fields({
    grant_id,
    request_id,
    policy_id,
    allowed_changes: AllowedChanges,
    duration_minutes: Type.Integer(),
    max_uses: Nullable(Type.Integer()),
    max_spend_delta: Nullable(Type.Number()),
    valid_from: Time,
    valid_to: Time,
  }),
});

export const grantUsed = factType({
  type: "governance.grant_used",
  subject: grant,
  meaning: "An agent changed a risk policy with its grant.",
  data: Fields({
    ...changed,
    grant_id,
    uses: Type.Integer(),
    uses_left: Nullable(Type.Integer()),
    spend_delta: Type.Number(),
  }),
});

export const grantExpired = factType({
  type: "governance.grant_expired",
  subject: grant,
  meaning: "The time of a grant is over.",
  data: Fields({ grant_id, policy_id, valid_to: Time, expired_at: Time }),
});

export const grantRevoked = factType({
  type: "governance.grant_revoked",
  subject: grant,
  meaning: "A person revoked a grant.",
  data: Fields({ grant_id, policy_id, revoked_by: Id, revoked_at: Time, reason }),
});

export const boundaryViolation = factType({
  type: "governance.boundary_violation",
  subject: "risk_policy",
  meaning: "A change was refused, because it leaves the boundaries of the workspace or the bounds of a grant.",
  data: Fields({
    request_id: Nullable(Id),
    grant_id: Nullable(Id),
    audit_entry_id: Nullable(Id),
    policy_id,
    field,
    value,
    error: Type.String(),
    source: Literals(["approval", "grant_envelope", "workspace_boundary", "rollback"], { title: "ViolationSource" }),
  }),
});

export const GOVERNANCE_FACTS = [
  requestSubmitted,
  evidenceAdded,
  requestReminded,
  requestExpired,
  approvalAdded,
  requestApproved,
  requestDenied,
  lateDenial,
  changeApplied,
  changeRolledBack,
  grantCreated,
  grantUsed,
  grantExpired,
  grantRevoked,
  boundaryViolation,
  requiredApprovalsChanged,
] as const;
