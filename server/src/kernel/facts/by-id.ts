/** Finds a fact by its id. The log has no index of ids, because each write would pay for it; the sealed record has one. */
import type { ReadTx } from "../db/tx.ts";
import { hook } from "../hook.ts";
import type { FactRow } from "./list.ts";
import { factsAt } from "./whole.ts";

export const factHooks = {
  /** Returns the number of the fact with this id. */
  findNumber: hook<[tx: ReadTx, id: string], Promise<bigint | undefined>>("facts.findNumber"),
};

/** Returns the fact with all its data. The cost does not grow with the log. */
export async function findById(tx: ReadTx, id: string): Promise<FactRow | undefined> {
  const seq = await factHooks.findNumber(tx, id);
  if (seq === undefined) return undefined;
  const { rows } = await factsAt(tx, [seq]);
  return rows[0];
}
