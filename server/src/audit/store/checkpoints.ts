/** The signed checkpoints of all workspaces, for the files of the operator. */
import type { PublicTx } from "../../kernel/db/tx.ts";

export interface SignedRow {
  workspace_id: string;
  checkpoint: string;
  size: bigint;
  sealed_at: string;
}

const SINCE = "select workspace_id, checkpoint, size, sealed_at from bailiwick_checkpoints_since($1)";

/** The function of the database returns this number at most. */
export const CHECKPOINTS_AT_ONCE = 1_000;

/** Oldest first. */
export function checkpointsSince(tx: Pick<PublicTx, "statement">, since: string): Promise<SignedRow[]> {
  return tx.statement<SignedRow>("audit.checkpoints-since", SINCE, [since]);
}
