/** Facts of alert rules and alerts. Those of one rule have one subject, so that receivers get them in order. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Nullable } from "../kernel/schema.ts";
import { Level, RuleType } from "./schema.ts";

const subject = "alert_rule";
const name = Type.String();
/** The words of the notice to people. */
const words = { subject: Type.String(), message: Type.String() };

export const ruleCreated = factType({
  type: "alert_rule.created",
  subject,
  meaning: "An alert rule was made.",
  data: Fields({ name, rule_type: RuleType, threshold: Type.Number(), agent_id: Nullable(Id) }),
});

export const ruleUpdated = factType({
  type: "alert_rule.updated",
  subject,
  meaning: "An alert rule was changed.",
  data: Fields({ name, changed_fields: Type.Array(Type.String()) }),
});

export const ruleDeleted = factType({
  type: "alert_rule.deleted",
  subject,
  meaning: "An alert rule was deleted. Its alerts are kept.",
  data: Fields({ name }),
});

export const alertFired = factType({
  type: "alert.fired",
  subject,
  meaning: "A value passed a threshold of an alert rule.",
  data: Fields({
    event_id: Id,
    name,
    rule_type: RuleType,
    level: Level,
    metric_value: Nullable(Type.Number()),
    threshold_value: Type.Number(),
    agent_ids: Type.Array(Id),
    ...words,
  }),
});

export const alertResolved = factType({
  type: "alert.resolved",
  subject,
  meaning: "The value of an alert is below the thresholds of its rule again.",
  data: Fields({ event_id: Id, name, level: Level, metric_value: Nullable(Type.Number()), ...words }),
});

export const alertAcknowledged = factType({
  type: "alert.acknowledged",
  subject,
  meaning: "A person acknowledged an alert.",
  data: Fields({ event_id: Id, name }),
});

export const alertTested = factType({
  type: "alert.tested",
  subject,
  meaning: "A test of an alert rule was sent to the channels of alerts.",
  data: Fields({ name, ...words }),
});

export const ALERT_FACTS = [
  ruleCreated,
  ruleUpdated,
  ruleDeleted,
  alertFired,
  alertResolved,
  alertAcknowledged,
  alertTested,
] as const;
