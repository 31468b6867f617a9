/** Reads the change that a rollback restores from the facts of governance. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { findOfTypes, hasFactOfTypes } from "../kernel/facts/whole.ts";
import { notFound, Problem } from "../kernel/problem.ts";
import { changeApplied, changeRolledBack, GOVERNANCE_FACTS } from "./facts.ts";
import type { AppliedBefore } from "./rules.ts";

const REVERSIBLE = [changeApplied.type, changeRolledBack.type];
const OTHERS = [
  ...GOVERNANCE_FACTS.map(({ type }) => type as string),
  "governance.task_blocked",
  "governance.task_reassigned",
  "governance.task_escalated",
].filter((type) => !REVERSIBLE.some((reversible) => reversible === type));

export interface PastChange extends AppliedBefore {
  id: string;
  agent_id: string | null;
  request_id: string | null;
  grant_id: string | null;
}

export async function findChange(tx: ReadTx, id: string): Promise<PastChange> {
  const fact = await findOfTypes(tx, REVERSIBLE, id);
  // The two types have these fields.
  if (fact) return { ...(fact.data as unknown as PastChange), id, agent_id: fact.agent_id };
  if (await hasFactOfTypes(tx, OTHERS, id))
    throw new Problem("not_reversible", "Only a change of a policy can be rolled back.", {
      next_step: "Name the entry of a change_applied or change_rolled_back.",
    });
  throw notFound("audit entry", id);
}
