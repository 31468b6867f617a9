/** The shapes of risk policies, their events and headroom. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { Defaulted, Fields, Id, JsonObject, Literals, Nullable, Page, Reason, Time } from "../kernel/schema.ts";
import type { Tier } from "../tiers/index.ts";

/** They look at one piece of work, not at a sum. */
export const BREAKER_TYPES = ["repeated_tool_calls", "cost_without_progress", "restarts_without_result"] as const;
export type BreakerType = (typeof BREAKER_TYPES)[number];
export const POLICY_TYPES = ["daily_spend_cap", "error_rate_cap", "token_rate_cap", ...BREAKER_TYPES] as const;
export const PolicyType = Literals(POLICY_TYPES, {
  title: "PolicyType",
  description:
    "`daily_spend_cap`: US dollars of a day (UTC). `error_rate_cap`: percent of the runs that ended in the window. " +
    "`token_rate_cap`: tokens a minute over the window, without those that a cache read. Three break loops: " +
    "`repeated_tool_calls`: calls of the same tool with the same arguments by one agent on one task or run in the window. " +
    "`cost_without_progress`: US dollars of an attempt since its last progress. " +
    "`restarts_without_result`: attempts of one task in a row that went back into the queue.",
});
export type PolicyType = Static<typeof PolicyType>;

/** The mildest first. */
export const ACTION_TYPES = ["alert_only", "throttle", "model_downgrade", "pause_agent"] as const;
export const ActionType = Literals(ACTION_TYPES, { title: "RiskActionType" });
export type ActionType = Static<typeof ActionType>;

const severityOf = (action: ActionType) => ACTION_TYPES.indexOf(action);

export const isMilder = (one: ActionType, other: ActionType): boolean => severityOf(one) < severityOf(other);

const Measure = Literals(["billed", "list"], {
  title: "SpendMeasure",
  description: "`list` counts the list price also of usage that a subscription includes.",
});
const Mode = Literals(["enforce", "shadow"], {
  title: "PolicyMode",
  description: "A shadow policy only records what it would have done.",
});
const THRESHOLD_MAX = 1_000_000_000;
const Threshold = Type.Number({
  minimum: 0,
  maximum: THRESHOLD_MAX,
  description: "A value above it crosses the policy.",
});
const Window = Type.Integer({ minimum: 1, maximum: 2_880, description: "The minutes that a rate looks back." });
/** Each event of a policy is a fact that is kept. */
const COOLDOWN_MINUTES_MIN = 5;
const Cooldown = Type.Integer({
  minimum: COOLDOWN_MINUTES_MIN,
  maximum: 10_080,
  description: "The shortest time in minutes between two events of a rate.",
});
const BlockUnpriced = Type.Boolean({ description: "Usage of a model without a price stops new starts for the day." });

const POLICY = {
  id: Id,
  agent_id: Nullable(Type.String({ ...Id, description: "Null for the whole workspace." })),
  policy_type: PolicyType,
  threshold_value: Type.Number(),
  measure: Measure,
  mode: Mode,
  window_minutes: Type.Integer(),
  action_type: ActionType,
  cooldown_minutes: Type.Integer(),
  is_enabled: Type.Boolean(),
  block_unpriced: Type.Boolean(),
  revision: Type.Integer(),
  created_at: Time,
  updated_at: Time,
};
export const Policy = Fields(POLICY, { title: "RiskPolicy" });
export type Policy = Static<typeof Policy>;
export const PolicyPage = Page(Policy);
const PolicyColumns = Fields({ ...POLICY, fired_at: Nullable(Time) });
export type PolicyRow = Static<typeof PolicyColumns>;
export const POLICY_COLUMNS = columnsOf(PolicyColumns);

/** A loop breaker that stands while the workspace has no policy of its type for all agents. */
const DefaultPolicy = Fields(
  {
    policy_type: Literals(BREAKER_TYPES, { title: "BreakerType" }),
    threshold_value: Type.Number(),
    measure: Measure,
    mode: Mode,
    window_minutes: Type.Integer(),
    action_type: ActionType,
    cooldown_minutes: Type.Integer(),
  },
  { title: "DefaultRiskPolicy" },
);
export const ListedPolicies = Fields({
  ...PolicyPage.properties,
  defaults: Type.Array(DefaultPolicy, {
    description:
      "Loop breakers in shadow mode that stand without a policy. One becomes a policy when it first fires; create a policy of its " +
      "type for the workspace to change it or to turn it off.",
  }),
});

export const POLICY_DEFAULTS = {
  agent_id: null,
  action_type: "alert_only",
  measure: "billed",
  mode: "enforce",
  window_minutes: 60,
  cooldown_minutes: 360,
  is_enabled: true,
  block_unpriced: false,
} as const;
const NEW_SETTINGS = {
  measure: Defaulted(Measure, POLICY_DEFAULTS.measure),
  mode: Defaulted(Mode, POLICY_DEFAULTS.mode),
  window_minutes: Defaulted(Window, POLICY_DEFAULTS.window_minutes),
  cooldown_minutes: Defaulted(Cooldown, POLICY_DEFAULTS.cooldown_minutes),
  is_enabled: Defaulted(Type.Boolean(), POLICY_DEFAULTS.is_enabled),
  block_unpriced: Defaulted(BlockUnpriced, POLICY_DEFAULTS.block_unpriced),
};
export const NewPolicy = Fields({
  agent_id: Defaulted(Nullable(Type.String({ ...Id, description: "Without it, the whole workspace." })), null),
  policy_type: PolicyType,
  threshold_value: Threshold,
  action_type: Defaulted(ActionType, POLICY_DEFAULTS.action_type),
  ...NEW_SETTINGS,
});
const CHANGED_SETTINGS = {
  measure: Type.Optional(Measure),
  mode: Type.Optional(Mode),
  window_minutes: Type.Optional(Window),
  cooldown_minutes: Type.Optional(Cooldown),
  is_enabled: Type.Optional(Type.Boolean()),
  block_unpriced: Type.Optional(BlockUnpriced),
};
/** The fields of a policy that can change. */
export const PolicyFields = Fields({
  threshold_value: Type.Optional(Threshold),
  action_type: Type.Optional(ActionType),
  ...CHANGED_SETTINGS,
});
export const PolicyChange = Fields({ id: Id, ...PolicyFields.properties, reason: Type.Optional(Reason) });

const EventStatus = Literals(["pending", "executed", "skipped", "failed"], { title: "RiskEventStatus" });
export const RiskEvent = Fields(
  {
    id: Id,
    policy_id: Id,
    agent_id: Nullable(Type.String({ ...Id, description: "The agent that crossed the policy." })),
    policy_type: PolicyType,
    breach_value: Type.Number(),
    threshold_value: Type.Number(),
    action_type: ActionType,
    status: EventStatus,
    evaluated_at: Time,
    executed_at: Nullable(Time),
    undone_at: Nullable(Time),
    result: JsonObject,
  },
  { title: "RiskEvent" },
);
export type RiskEvent = Static<typeof RiskEvent>;
export const RiskEventPage = Page(
  Fields(
    {
      ...RiskEvent.properties,
      lift_proposed: Type.Boolean({
        description: "The act holds, and its limit was quiet for its cooldown: a person may take the act back.",
      }),
    },
    { title: "ListedRiskEvent" },
  ),
);
export const EVENT_COLUMNS = columnsOf(RiskEvent);

/** The outcome of an event, in the words of an audit. */
export const RiskAuditEntry = Fields(
  {
    id: Id,
    event_id: Id,
    policy_id: Id,
    agent_id: Nullable(Id),
    action_type: ActionType,
    previous_state: JsonObject,
    new_state: JsonObject,
    result: Literals(["success", "skipped", "failed", "undone"], { title: "RiskAuditResult" }),
    error_message: Nullable(Type.String({ description: "Why nothing was changed." })),
    created_at: Time,
  },
  { title: "RiskAuditEntry" },
);
export type RiskAuditEntry = Static<typeof RiskAuditEntry>;
export const RiskAuditPage = Page(RiskAuditEntry);

const Usd = Type.Number();
export const Headroom = Fields(
  {
    policy_id: Id,
    agent_id: Nullable(Id),
    policy_type: PolicyType,
    measure: Measure,
    mode: Mode,
    cap: Usd,
    top_up: Usd,
    used: Usd,
    late: Type.Number({
      description:
        "Of the used amount: costs of tasks that came after their attempt had ended and its reservation was returned.",
    }),
    reserved: Usd,
    left: Type.Number({ description: "Negative when the cap is exceeded." }),
    unpriced_events: Type.Integer(),
    warned_at: Nullable(Time),
    resets_at: Nullable(Type.String({ ...Time, description: "Midnight UTC. Null for a rate, whose window moves." })),
    state: Literals(["room", "warned", "exceeded"], { title: "HeadroomState" }),
    refuses_starts: Type.Boolean({ description: "A start that does not fit is refused." }),
  },
  { title: "Headroom" },
);
export type Headroom = Static<typeof Headroom>;

/** A first cap for a workspace without a policy. */
export const CapSuggestion = Fields(
  {
    threshold_value: Type.Number({ description: "In US dollars a day, inside the boundary of the tier." }),
    highest_day_usd: Type.Number({ description: "The highest spending of a day in the last two weeks." }),
  },
  { title: "CapSuggestion" },
);
export type CapSuggestion = Static<typeof CapSuggestion>;

const PERCENT_MAX = 100;
const COUNT_MAX = 1_000;
const COUNTS: readonly PolicyRow["policy_type"][] = ["repeated_tool_calls", "restarts_without_result"];

type Threshold = Pick<PolicyRow, "policy_type" | "threshold_value">;

/** Returns the end of a sentence that says why no policy of the type has such a threshold; undefined when one can. */
export function thresholdFault({ policy_type, threshold_value: value }: Threshold): string | undefined {
  if (COUNTS.includes(policy_type))
    return Number.isInteger(value) && value >= 1 && value <= COUNT_MAX
      ? undefined
      : `must be a whole number from 1 to ${COUNT_MAX}.`;
  if (!(value >= 0)) return "must not be negative.";
  return policy_type === "error_rate_cap" && value > PERCENT_MAX
    ? `must be at most ${PERCENT_MAX} percent.`
    : undefined;
}

/** Throws when the policy counts something and the threshold is no such count. */
export function requireCount(threshold: Threshold, path: string): void {
  const fault = COUNTS.includes(threshold.policy_type) ? thresholdFault(threshold) : undefined;
  if (fault !== undefined) throw invalid(path, fault);
}

/** Throws when a daily cap is above what the tier of the workspace allows. */
export function requireInsideBoundary(usd: number, { tier_name, limits }: Tier): void {
  const most = limits.max_daily_spend_cap_usd;
  if (usd <= most) return;
  throw new Problem(
    "boundary_violation",
    `A daily cap of ${usd} USD exceeds the workspace boundary of ${most} USD on the ${tier_name} tier.`,
    {
      tier_name,
      limit: most,
      next_step: `Choose at most ${most} USD, or ask the operator of this server for a higher tier.`,
    },
  );
}
