import type { ReadTx } from "../../kernel/db/tx.ts";

const INPUTS = "select id, input from tasks where workspace_id = $1 and id = any($2::uuid[])";

/** Returns the inputs of these tasks by id. */
export async function readInputs(tx: ReadTx, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const rows = await tx.statement<{ id: string; input: unknown }>("tasks.inputs", INPUTS, [tx.workspace, ids]);
  return new Map(rows.map(({ id, input }) => [id, input]));
}
