/** Reads the change that a rollback restores from the facts of governance. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { findById } from "../kernel/facts/by-id.ts";
import { notFound, Problem } from "../kernel/problem.ts";
import { changeApplied, changeRolledBack } from "./facts.ts";
import type { AppliedBefore } from "./rules.ts";

const REVERSIBLE: readonly string[] = [changeApplied.type, changeRolledBack.type];

export interface PastChange extends AppliedBefore {
  id: string;
  agent_id: string | null;
  request_id: string | null;
  grant_id: string | null;
}

export async function findChange(tx: ReadTx, id: string): Promise<PastChange> {
  const fact = await findById(tx, id);
  if (!fact?.type.startsWith("governance.")) throw notFound("audit entry", id);
  if (!REVERSIBLE.includes(fact.type))
    throw new Problem("not_reversible", "Only a change of a policy can be rolled back.", {
      next_step: "Name the entry of a change_applied or change_rolled_back.",
    });
  // The two types have these fields.
  return { ...(fact.data as unknown as PastChange), id, agent_id: fact.agent_id };
}
