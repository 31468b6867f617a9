/** Lets one backtest of a workspace run at a time, each of its statements for a limited time. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { Problem } from "../../kernel/problem.ts";

const STATEMENT_MAX_MS = 5_000;
const RETRY_SECONDS = 2;

const TAKE = `select pg_try_advisory_xact_lock(hashtextextended($1, 33)) as taken,
  set_config('statement_timeout', '${STATEMENT_MAX_MS}', true) as timeout`;

export async function requireAlone(tx: ReadTx): Promise<void> {
  const [row] = await tx.statement<{ taken: boolean }>("risk.backtest-alone", TAKE, [tx.workspace]);
  if (row?.taken) return;
  throw new Problem("in_flight", "Another backtest of the workspace runs.", { retry_after_seconds: RETRY_SECONDS });
}
