/** Applies a change to a policy and makes the facts of governance about it. */
import type { Actor } from "../kernel/actor.ts";
import { only } from "../kernel/db/columns.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { Problem } from "../kernel/problem.ts";
import { changePolicy } from "../risk/index.ts";
import type { PolicyRow } from "../risk/schema.ts";
import { boundaryViolation } from "./facts.ts";
import { CHANGEABLE_FIELDS, type ChangeableField, type FieldValue, type Held } from "./schema.ts";

export interface Context {
  tx: Tx;
  actor: Actor;
  now: Date;
}

export interface Applied {
  policy: PolicyRow;
  /** The fields that the facts of the change name. */
  values: {
    policy_id: string;
    field: ChangeableField;
    old_value: FieldValue;
    new_value: FieldValue;
    policy_before: Record<string, unknown>;
    policy_after: Record<string, unknown>;
  };
  facts: readonly Fact[];
}

export const heldChange = (id: string, field: ChangeableField, value: FieldValue, reason: string): Held => ({
  operation: "risk.update_policy",
  input: { id, reason, [field]: value },
});

/** Runs the held operation. The caller runs alone in its workspace. */
export async function applyHeld(context: Context, { input }: Held, field: ChangeableField): Promise<Applied> {
  const { before, after, facts } = await changePolicy(context, input);
  const values = {
    policy_id: after.id,
    field,
    old_value: before[field],
    new_value: after[field],
    policy_before: only(before, CHANGEABLE_FIELDS),
    policy_after: only(after, CHANGEABLE_FIELDS),
  };
  return { policy: after, values, facts };
}

type Violation = Parameters<typeof boundaryViolation>[1];

interface Tried {
  agent_id: string | null;
  data: Pick<Violation, "policy_id" | "field" | "value" | "source"> & Partial<Violation>;
}

/** Returns the fact of a change that the boundaries refuse; throws any other error. */
export function violationFact(error: unknown, { agent_id, data }: Tried): { problem: Problem; fact: Fact } {
  if (!(error instanceof Problem) || !VIOLATIONS.has(error.code)) throw error;
  const ids = { request_id: null, grant_id: null, audit_entry_id: null };
  const fact = boundaryViolation(data.policy_id, { ...ids, ...data, error: error.message }, { agent_id });
  return { problem: error, fact };
}

const VIOLATIONS = new Set<Problem["code"]>(["boundary_violation", "envelope_violation"]);
