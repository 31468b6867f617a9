/** The shapes of alert rules and alerts. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Defaulted, Fields, Id, Literals, Nullable, Page, TEXT_LIMITS, Text, Time } from "../kernel/schema.ts";

const MINUTES_MAX = 10_080;
const THRESHOLD_MAX = 1_000_000_000;
/** The agents that an alert names. */
export const AGENTS_NAMED_MAX = 20;

export const RULE_TYPES = ["cost_per_day", "error_rate", "no_heartbeat"] as const;
export const RuleType = Literals(RULE_TYPES, {
  title: "AlertRuleType",
  description:
    "`cost_per_day`: US dollars since midnight UTC. `error_rate`: percent of the runs that ended in the window. " +
    "`no_heartbeat`: minutes since the last heartbeat; of a workspace, those of its most silent active agent.",
});
export type RuleType = Static<typeof RuleType>;
export const LEVELS = ["warning", "alert"] as const;
export const Level = Literals(LEVELS, { title: "AlertLevel" });
export type Level = Static<typeof Level>;
const NoData = Literals(["ignore", "fire"], {
  title: "AlertNoData",
  description: "What follows when no run ended in the window, or an agent never sent a heartbeat.",
});

const Threshold = Type.Number({ minimum: 0, maximum: THRESHOLD_MAX, description: "The rule fires above this value." });
/** The sums of minutes without an error are kept for two days. */
const WINDOW_MINUTES_MAX = 2_880;
const Minutes = Type.Integer({ minimum: 1, maximum: WINDOW_MINUTES_MAX });
const Cooldown = Type.Integer({
  minimum: 0,
  maximum: MINUTES_MAX,
  description: "The shortest time between two firings. A warning that becomes an alert does not wait.",
});

const RULE_FIELDS = {
  id: Id,
  name: Type.String(),
  rule_type: RuleType,
  threshold: Type.Number(),
  warning_threshold: Nullable(Type.Number()),
  window_minutes: Type.Integer(),
  cooldown_minutes: Type.Integer(),
  is_enabled: Type.Boolean(),
  agent_id: Nullable(Type.String({ ...Id, description: "Null for the whole workspace." })),
  no_data: NoData,
  muted_until: Nullable(Time),
  level: Nullable(Type.Unsafe<Level>({ ...Level, description: "The level of the open alert." })),
  last_triggered_at: Nullable(Time),
  created_at: Time,
  updated_at: Time,
};
export const AlertRule = Fields(RULE_FIELDS, { title: "AlertRule" });
export type AlertRule = Static<typeof AlertRule>;
export const AlertRulePage = Page(AlertRule);

/** The columns of `alert_rules`. */
export const RuleColumns = Fields({ ...RULE_FIELDS, open_event_id: Nullable(Id), look_at: Time });
export type RuleRow = Static<typeof RuleColumns>;
export const RULE_COLUMNS = columnsOf(RuleColumns);

const Warning = Nullable(
  Type.Number({ minimum: 0, maximum: THRESHOLD_MAX, description: "The rule warns above this value." }),
);
const MutedUntil = Nullable(
  Type.String({
    ...Time,
    description: "The rule does not fire before this time. It fires then if its value is still above a threshold.",
  }),
);

const NEW_LIMITS = {
  threshold: Threshold,
  warning_threshold: Defaulted(Warning, null),
  window_minutes: Defaulted(Minutes, 60),
  cooldown_minutes: Defaulted(Cooldown, 360),
  no_data: Defaulted(NoData, "ignore"),
};
export const NewAlertRule = Fields({
  name: Text(TEXT_LIMITS.name),
  rule_type: RuleType,
  ...NEW_LIMITS,
  is_enabled: Defaulted(Type.Boolean(), true),
  agent_id: Defaulted(Nullable(Id), null),
  muted_until: Defaulted(MutedUntil, null),
});
const CHANGED_LIMITS = {
  threshold: Type.Optional(Threshold),
  warning_threshold: Type.Optional(Warning),
  window_minutes: Type.Optional(Minutes),
  cooldown_minutes: Type.Optional(Cooldown),
  no_data: Type.Optional(NoData),
};
/** The fields of a rule that can change. */
export const AlertRuleFields = Fields({
  name: Type.Optional(Text(TEXT_LIMITS.name)),
  ...CHANGED_LIMITS,
  is_enabled: Type.Optional(Type.Boolean()),
  muted_until: Type.Optional(MutedUntil),
});
export const AlertRuleChange = Fields({ id: Id, ...AlertRuleFields.properties });

const EVENT_FIELDS = {
  id: Id,
  rule_id: Id,
  rule_name: Type.String(),
  rule_type: RuleType,
  agent_id: Nullable(Type.String({ ...Id, description: "The agent of the rule. Null for the whole workspace." })),
  level: Level,
  metric_value: Nullable(Type.Number({ description: "Null when there was no data." })),
  threshold_value: Type.Number(),
  message: Type.String(),
  agent_ids: Type.Array(Id, { description: "The agents with the greatest part in the value, at most 20." }),
  triggered_at: Time,
  acknowledged_at: Nullable(Time),
  acknowledged_by_user_id: Nullable(Id),
  resolved_at: Nullable(Type.String({ ...Time, description: "The value is below the thresholds since then." })),
};
export const AlertEvent = Fields(EVENT_FIELDS, { title: "AlertEvent" });
export type AlertEvent = Static<typeof AlertEvent>;
export const AlertEventPage = Page(AlertEvent);
export const EVENT_COLUMNS = columnsOf(AlertEvent);
