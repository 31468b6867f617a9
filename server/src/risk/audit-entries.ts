/** Reads the outcomes of risk policies from their facts. Pure. */
import type { FactRow } from "../kernel/facts/list.ts";
import { riskBreached, riskFailed, riskIntervened, riskUndone } from "./facts.ts";
import type { RiskAuditEntry } from "./schema.ts";

type Outcome = Pick<RiskAuditEntry, "result" | "error_message">;

/** An act has a fact of its own, so that the fact of its breach tells only an outcome without one. */
const OUTCOMES: Readonly<Record<string, (data: Record<string, unknown>) => Outcome | undefined>> = {
  [riskBreached.type]({ status, reason }) {
    if (status === "skipped") return { result: "skipped", error_message: textOf(reason) };
    return status === "executed" ? { result: "success", error_message: null } : undefined;
  },
  [riskIntervened.type]: () => ({ result: "success", error_message: null }),
  [riskFailed.type]: ({ reason }) => ({ result: "failed", error_message: textOf(reason) }),
  [riskUndone.type]: () => ({ result: "undone", error_message: null }),
};

export function auditEntries({ id, type, subject_id, agent_id, data, created_at }: FactRow): RiskAuditEntry[] {
  const outcome = OUTCOMES[type]?.(data);
  if (!outcome) return [];
  return [
    {
      id,
      // The facts above have these fields.
      event_id: data.event_id as string,
      policy_id: subject_id,
      agent_id,
      action_type: data.action_type as RiskAuditEntry["action_type"],
      previous_state: documentOf(data.before),
      new_state: documentOf(data.after),
      ...outcome,
      created_at,
    },
  ];
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** A document that a fact or an event stored. */
export function documentOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
