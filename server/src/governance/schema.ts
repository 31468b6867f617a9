/** The shapes of requests, approvals, grants and rollbacks. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import {
  ActorKind,
  Defaulted,
  Fields,
  Id,
  JsonObject,
  Literals,
  Nullable,
  Page,
  Reason,
  Time,
  USD_MAX,
} from "../kernel/schema.ts";
import { ActionType, Policy, PolicyType } from "../risk/schema.ts";
import { Evidence, EvidenceState } from "./evidence-schema.ts";

export const CHANGEABLE_FIELDS = ["threshold_value", "action_type", "cooldown_minutes"] as const;
export const ChangeableField = Literals(CHANGEABLE_FIELDS, { title: "ChangeableField" });
export type ChangeableField = Static<typeof ChangeableField>;

const NUMBER_MAX = 1_000_000_000;
const Bounded = Type.Number({ minimum: -NUMBER_MAX, maximum: NUMBER_MAX });
const FieldValue = Type.Union([Type.Number(), Type.String()], {
  title: "FieldValue",
  description: "A number for threshold_value and cooldown_minutes, and a name for action_type.",
});
export type FieldValue = Static<typeof FieldValue>;
const NewValue = Type.Union([Bounded, ActionType], { title: "NewFieldValue" });

const RequestedChange = Fields(
  { policy_id: Id, field: ChangeableField, current_value: FieldValue, requested_value: FieldValue },
  { title: "RequestedChange" },
);
export type RequestedChange = Static<typeof RequestedChange>;

export const NewRequest = Fields({
  requested_changes: Fields({ policy_id: Id, field: ChangeableField, requested_value: NewValue }),
  reason: Reason,
});

const REQUEST_STATUSES = ["pending", "applied", "approved", "denied", "expired"] as const;
export const RequestStatus = Literals(REQUEST_STATUSES, {
  title: "RequestStatus",
  description:
    "applied: the policy was changed. approved: the agent got a grant. expired: nobody decided in time. All but pending are final.",
});
export type RequestStatus = Static<typeof RequestStatus>;

export const RequiredApprovals = Type.Integer({
  minimum: 1,
  maximum: 2,
  description: "The different people who must approve a request.",
});

const Approval = Fields({ user_id: Id, at: Time });
export type Approval = Static<typeof Approval>;

const MINUTES_MAX = 1_440;
export const COOLDOWN_MINUTES = { min: 30, max: 10_080 } as const;

const Range = Fields({ min_value: Bounded, max_value: Bounded });
const Choice = Fields({ allowed_values: Type.Array(ActionType, { minItems: 1, maxItems: 4, uniqueItems: true }) });
export const AllowedChanges = Fields(
  {
    policy_id: Id,
    fields: Type.Object(
      {
        threshold_value: Type.Optional(Range),
        action_type: Type.Optional(Choice),
        cooldown_minutes: Type.Optional(Range),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  },
  { title: "AllowedChanges" },
);
export type AllowedChanges = Static<typeof AllowedChanges>;

export const Mode = Literals(["one_time", "delegate"], {
  title: "ApprovalMode",
  description: "one_time: the policy is changed as it was requested. delegate: the agent gets a grant.",
});
export const DelegationParams = Fields({
  duration_minutes: Type.Integer({ minimum: 1, maximum: MINUTES_MAX }),
  allowed_changes: Type.Optional(AllowedChanges),
  max_spend_delta: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: USD_MAX,
      description: "The sum in US dollars by which the agent may raise a daily cap.",
    }),
  ),
  max_uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
});
export type DelegationParams = Static<typeof DelegationParams>;
export const Terms = Fields(
  { mode: Mode, delegation_params: Type.Optional(DelegationParams) },
  { title: "ApprovalTerms" },
);
export type Terms = Static<typeof Terms>;

const REQUEST = {
  id: Id,
  agent_id: Id,
  policy_id: Id,
  policy_type: PolicyType,
  title: Type.String({ description: "The change as a sentence." }),
  source: Literals(["agent", "blocked_start"], {
    title: "RequestSource",
    description: "blocked_start: the server made the request for the agent, because a cap refused a start.",
  }),
  requested_changes: RequestedChange,
  reason: Type.String(),
  status: RequestStatus,
  required_approvals: Type.Integer({ description: "The people who must approve before anything changes." }),
  approvals: Type.Array(Approval),
  terms: Nullable(Terms),
  reviewed_by: Nullable(
    Type.String({ ...Id, description: "The person who decided. Null for a request that expired." }),
  ),
  reviewed_at: Nullable(Time),
  review_reason: Nullable(Type.String()),
  requested_at: Time,
  expires_at: Time,
};
export const PolicyRequest = Fields(
  { ...REQUEST, evidence: Evidence, evidence_state: EvidenceState },
  { title: "PolicyRequest" },
);
export type PolicyRequest = Static<typeof PolicyRequest>;
export const RequestPage = Page(PolicyRequest);

/** The operation that an approval runs. */
export interface Held {
  operation: "risk.update_policy";
  input: { id: string; reason: string } & Partial<Pick<Policy, ChangeableField>>;
}

const RequestColumns = Fields({
  ...REQUEST,
  held: Type.Unsafe<Held>({}),
  key_id: Nullable(Id),
  started_by_user_id: Nullable(Id),
  evidence: Evidence,
  evidence_state: EvidenceState,
  reminded_at: Nullable(Time),
});
export type RequestRow = Static<typeof RequestColumns>;
export const REQUEST_COLUMNS = columnsOf(RequestColumns);

const GrantStatus = Literals(["active", "used_up", "expired", "revoked"], { title: "GrantStatus" });
export type GrantStatus = Static<typeof GrantStatus>;
const GRANT = {
  id: Id,
  agent_id: Id,
  request_id: Id,
  policy_id: Id,
  policy_type: PolicyType,
  allowed_changes: AllowedChanges,
  max_uses: Nullable(Type.Integer()),
  uses: Type.Integer(),
  status: GrantStatus,
  valid_from: Time,
  valid_to: Time,
  granted_by: Id,
  revoked_at: Nullable(Time),
  revoked_by: Nullable(Id),
};
export const Grant = Fields(
  {
    ...GRANT,
    max_spend_delta: Nullable(Type.Number()),
    active: Type.Boolean({ description: "The agent may use the grant now." }),
    uses_left: Nullable(Type.Integer({ description: "Null without a limit of uses." })),
    spend_delta_left: Nullable(Type.Number({ description: "In US dollars. Null without a limit." })),
    seconds_left: Type.Integer(),
  },
  { title: "Grant" },
);
export type Grant = Static<typeof Grant>;
export const GrantPage = Page(Grant);
const GrantColumns = Fields({
  ...GRANT,
  max_spend_delta_nanos: Nullable(Type.BigInt()),
  spend_delta_nanos: Type.BigInt(),
});
export type GrantRow = Static<typeof GrantColumns>;
export const GRANT_COLUMNS = columnsOf(GrantColumns);

export const AppliedChange = Fields({ policy_id: Id, field: ChangeableField, new_value: NewValue });

/** An entry of the audit of governance. */
export const AuditEntry = Fields({
  id: Id,
  event_type: Type.String(),
  agent_id: Nullable(Id),
  actor: Fields({ kind: ActorKind, id: Type.String(), key_id: Nullable(Id) }),
  details: JsonObject,
  created_at: Time,
});

export const RollbackPreview = Fields(
  {
    policy: Policy,
    field: ChangeableField,
    current_value: FieldValue,
    restored_value: FieldValue,
    is_stale: Type.Boolean({ description: "The field was changed later. A rollback needs confirm: true." }),
    needs_reason: Type.Boolean({ description: "The restored action is milder, so a reason is needed." }),
    refusal: Nullable(Type.String({ description: "Why the rollback is not possible." })),
  },
  { title: "RollbackPreview" },
);

export const RollbackInput = Fields({
  audit_id: Type.String({ ...Id, description: "The entry of a change_applied or change_rolled_back." }),
  confirm: Defaulted(Type.Boolean({ description: "Overwrites a later change of the field." }), false),
  reason: Type.Optional(Reason),
});
