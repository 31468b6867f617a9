/** Decides about alerts: the level of a value, what follows from it, and the words. Pure. */
import { usdText } from "../kernel/money.ts";
import { invalid } from "../kernel/problem.ts";
import { AGENTS_NAMED_MAX, type Level, type RuleRow, type RuleType } from "./schema.ts";

const MINUTE_MS = 60_000;
const RATE_MAX = 100;
/** The agents that a message names. */
const AGENTS_IN_MESSAGE = 5;
const MESSAGE_LENGTH_MAX = 2_000;
const NAME_LENGTH_MAX = 100;

type Limits = Pick<RuleRow, "rule_type" | "threshold" | "warning_threshold">;

export function requireThresholds({ rule_type, threshold, warning_threshold }: Limits): void {
  if (rule_type === "error_rate" && threshold > RATE_MAX) throw invalid("/threshold", "must be at most 100 percent.");
  if (warning_threshold !== null && warning_threshold >= threshold)
    throw invalid("/warning_threshold", "must be less than threshold.");
}

/** Returns the time in UTC. The format of times allows times that do not exist. */
export function requireTime(path: string, text: string | null): string | null {
  if (text === null) return null;
  if (Number.isNaN(Date.parse(text))) throw invalid(path, "is not a time.");
  return new Date(text).toISOString();
}

/** The part of one agent in a value. */
export interface AgentValue {
  agent_id: string;
  value: number;
}

/** The value of a rule. Null means that there is no data. */
export interface Measured {
  value: number | null;
  /** The greatest part first. */
  agents: readonly AgentValue[];
}

/** Returns the level of a value; null when the value is below the thresholds. A value equal to a threshold is below. */
export function levelOf(
  { threshold, warning_threshold, no_data }: Pick<RuleRow, "threshold" | "warning_threshold" | "no_data">,
  { value }: Measured,
): Level | null {
  if (value === null) return no_data === "fire" ? "alert" : null;
  if (value > threshold) return "alert";
  return warning_threshold !== null && value > warning_threshold ? "warning" : null;
}

/** The step that follows from an evaluation. An escalation closes the warning without a notice. */
export type Follows = { kind: "nothing" } | { kind: "fires"; level: Level } | { kind: "resolves" };

/** An open alert that falls to the level of a warning stays open. */
export function followsOf(
  rule: Pick<RuleRow, "level" | "muted_until" | "last_triggered_at" | "cooldown_minutes">,
  level: Level | null,
  now: Date,
): Follows {
  if (level === null) return rule.level === null ? { kind: "nothing" } : { kind: "resolves" };
  if (rule.level === level || rule.level === "alert") return { kind: "nothing" };
  if (rule.muted_until !== null && new Date(rule.muted_until) > now) return { kind: "nothing" };
  const isEscalation = rule.level === "warning";
  const coolMs = rule.cooldown_minutes * MINUTE_MS;
  const isCooling = rule.last_triggered_at !== null && Date.parse(rule.last_triggered_at) + coolMs > now.getTime();
  return isCooling && !isEscalation ? { kind: "nothing" } : { kind: "fires", level };
}

const UNITS: Record<RuleType, (value: number) => string> = {
  cost_per_day: usdText,
  error_rate: (value) => `${value.toFixed(1)} %`,
  no_heartbeat: (value) => `${Math.floor(value)} min`,
};

/** `value` has its unit; `whose` is the agent of the rule, or undefined for the workspace. */
const SAYS: Record<RuleType, (value: string, whose: string | undefined) => string> = {
  cost_per_day: (value, whose) => (whose === undefined ? `${value} today` : `${whose} spent ${value} today`),
  error_rate: (value, whose) => `${value} of the runs${of(whose)} failed`,
  no_heartbeat: (value, whose) => `no heartbeat${of(whose)} for ${value}`,
};
const of = (whose: string | undefined) => (whose === undefined ? "" : ` of ${whose}`);

export interface Named {
  rule: Pick<RuleRow, "name" | "rule_type" | "agent_id" | "threshold" | "warning_threshold">;
  measured: Measured;
  /** The names of agents by id. */
  names: ReadonlyMap<string, string>;
}

/** One line, since agents and people choose names. */
const line = (text: string): string =>
  text
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .slice(0, NAME_LENGTH_MAX)
    .trim()
    .toWellFormed();

/** One message for all agents of the rule. */
export function firedWords({ rule, measured, names }: Named, level: Level): { subject: string; message: string } {
  const { rule_type } = rule;
  const unit = UNITS[rule_type];
  const limit = unit(thresholdOf(rule, level));
  const whose = rule.agent_id === null ? undefined : line(names.get(rule.agent_id) ?? rule.agent_id);
  const says =
    measured.value === null ? `no data${of(whose)}` : `${SAYS[rule_type](unit(measured.value), whose)}, above ${limit}`;
  const parts = measured.agents.slice(0, AGENTS_IN_MESSAGE).map((one) => {
    return `${line(names.get(one.agent_id) ?? one.agent_id)} ${unit(one.value)}`;
  });
  const more = measured.agents.length - parts.length;
  const list =
    rule.agent_id !== null || parts.length === 0 ? "" : ` ${parts.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
  const message = `${line(rule.name)}: ${says}.${list}`;
  const word = level === "alert" ? "Alert" : "Warning";
  return { subject: `${word}: ${line(rule.name)}`, message: message.slice(0, MESSAGE_LENGTH_MAX) };
}

export function resolvedWords({ rule, measured }: Named): { subject: string; message: string } {
  const value = measured.value === null ? "There is no data" : `The value is ${UNITS[rule.rule_type](measured.value)}`;
  return {
    subject: `Resolved: ${line(rule.name)}`,
    message: `${line(rule.name)}: ${value}, below the threshold again.`,
  };
}

export function testWords({ name }: Pick<RuleRow, "name">): { subject: string; message: string } {
  return {
    subject: `Test: ${line(name)}`,
    message: `${line(name)}: this is a test of the alert rule. Nothing happened.`,
  };
}

export function thresholdOf({ threshold, warning_threshold }: Omit<Limits, "rule_type">, level: Level): number {
  return level === "warning" && warning_threshold !== null ? warning_threshold : threshold;
}

export function agentsNamed({ agents }: Measured): string[] {
  return agents.slice(0, AGENTS_NAMED_MAX).map(({ agent_id }) => agent_id);
}
