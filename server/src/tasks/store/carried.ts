/** Reads what earlier attempts of a task left for the next one: the newest late result and the newest answer. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import type { TaskRow } from "../schema.ts";
import type { Carried } from "../to-wire.ts";
import { findAnswer } from "./answers.ts";
import type { ClaimedRow } from "./claim.ts";
import { newestLate, withLate } from "./events.ts";

export async function findCarried(tx: ReadTx, row: TaskRow): Promise<Pick<Carried, "late" | "answer">> {
  return { late: await newestLate(tx, row), answer: await findAnswer(tx, row) };
}

/** Returns a task of the claim statement with what the statement joined to it. */
export function withCarried(row: ClaimedRow): Carried & { row: TaskRow } {
  return {
    ...withLate(row),
    answer: row.answer ?? undefined,
    allowedModel: row.allowed_model,
    estimateSource: row.estimate_source,
  };
}
