/** Decides which standing rule or bypass decides about a new action, and which rules to suggest. Pure. */
import { invalid, Problem } from "../kernel/problem.ts";
import type { BypassRow, RuleRow, Suggestion } from "./rule-schema.ts";
import type { ActionRow } from "./schema.ts";
import { requirePayloadSchema } from "./schema-rules.ts";

const DAY_MS = 86_400_000;
const RULE_DAYS_MAX = 90;
/** The equal approvals after which a rule is suggested. */
export const APPROVALS_NEEDED = 5;
const SUGGESTED_PER_DAY = 10;
/** A longer text is rarely the same twice, and is shown on a page. */
const CONST_LENGTH_MAX = 200;

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

type Wanted = Pick<RuleRow, "decision" | "max_per_day" | "expires_at" | "payload_schema">;

/** Throws unless the rule has an end within 90 days, and an approval has a daily limit. */
export function requireRule({ decision, max_per_day, expires_at, payload_schema }: Wanted, at: Date): void {
  const ends = Date.parse(expires_at);
  if (Number.isNaN(ends)) throw invalid("/expires_at", "is not a time.");
  if (ends <= at.getTime()) throw invalid("/expires_at", "must be in the future.");
  if (ends > at.getTime() + RULE_DAYS_MAX * DAY_MS)
    throw invalid("/expires_at", `must be within ${RULE_DAYS_MAX} days.`);
  if (decision === "approve" && max_per_day === null) throw invalid("/max_per_day", "is required for approve.");
  if (decision === "reject" && max_per_day !== null) throw invalid("/max_per_day", "is only for approve.");
  if (payload_schema !== null) requirePayloadSchema(payload_schema);
}

export const isRuleActive = ({ ended_at, expires_at }: Pick<RuleRow, "ended_at" | "expires_at">, at: Date): boolean =>
  ended_at === null && Date.parse(expires_at) > at.getTime();

export const usedOn = ({ used_on, used_today }: Pick<RuleRow, "used_on" | "used_today">, day: string): number =>
  used_on === day ? used_today : 0;

/** Checks a payload against the schema of a rule. */
export type Matches = (rule: Pick<RuleRow, "id" | "payload_schema">) => boolean;
type Proposed = Pick<ActionRow, "agent_id" | "connection_id">;

/** Returns the rule that decides: a reject wins, and an approval needs room in its day. */
export function decidingRule(
  rules: readonly RuleRow[],
  action: Proposed,
  at: Date,
  matches: Matches,
): RuleRow | undefined {
  const fitting = rules.filter(
    (rule) =>
      isRuleActive(rule, at) &&
      (rule.agent_id === null || rule.agent_id === action.agent_id) &&
      (rule.connection_id === null || rule.connection_id === action.connection_id) &&
      (rule.max_per_day === null || usedOn(rule, dayOf(at)) < rule.max_per_day) &&
      matches(rule),
  );
  return fitting.find(({ decision }) => decision === "reject") ?? fitting[0];
}

export function withUse(rule: RuleRow, at: Date): RuleRow {
  const used_on = dayOf(at);
  const used_today = usedOn(rule, used_on) + 1;
  return { ...rule, used_on, used_today, uses: rule.uses + 1, last_used_at: at.toISOString() };
}

export const isBypassActive = ({ ended_at, ends_at }: Pick<BypassRow, "ended_at" | "ends_at">, at: Date): boolean =>
  ended_at === null && Date.parse(ends_at) > at.getTime();

export function requireBypassOpen({ id, ...bypass }: BypassRow, at: Date): void {
  if (isBypassActive(bypass, at)) return;
  throw new Problem("conflict", `Bypass ${id} has ended already.`);
}

/** The latest approvals of people for one agent and one type of action. */
export interface Approved {
  action_type: string;
  service_type: string;
  agent_id: string;
  connection_id: string | null;
  approvals: number;
  last_action_id: string;
  /** The newest payloads that were approved as the agent proposed them. */
  payloads: readonly Readonly<Record<string, unknown>>[];
}

/** Returns a draft that fits the payloads; undefined unless enough were approved and share something. */
export function suggestionOf({ payloads, ...about }: Approved): Suggestion | undefined {
  const [first, ...others] = payloads.slice(0, APPROVALS_NEEDED);
  if (!first || payloads.length < APPROVALS_NEEDED) return undefined;
  const names = Object.keys(first).sort();
  const isAlike = others.every((one) => Object.keys(one).sort().join("\n") === names.join("\n"));
  if (!isAlike) return undefined;
  const same = names.filter((name) => isSame(first[name]) && others.every((one) => one[name] === first[name]));
  // Without anything in common, a rule would approve every payload.
  if (same.length === 0) return undefined;
  const properties = Object.fromEntries(names.map((name) => [name, same.includes(name) ? { const: first[name] } : {}]));
  const payload_schema = { type: "object", properties, required: names, additionalProperties: false };
  return { ...about, payload_schema, decision: "approve", max_per_day: SUGGESTED_PER_DAY };
}

const isSame = (value: unknown) =>
  typeof value === "string" ? value.length <= CONST_LENGTH_MAX : value === null || typeof value !== "object";
