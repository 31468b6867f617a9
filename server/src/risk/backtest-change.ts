/** Runs a policy over the last days as it is, and with a change. */
import { columnsOf, only } from "../kernel/db/columns.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { retentionOf } from "../observability/index.ts";
import { runBacktest } from "./backtest.ts";
import { periodOf } from "./operations/backtest-policy.ts";
import { NewPolicy, type PolicyRow } from "./schema.ts";
import { requireAlone } from "./store/backtests.ts";

const GIVEN = columnsOf(NewPolicy);
export type BacktestResult = Awaited<ReturnType<typeof runBacktest>>;

/** Reads for seconds and takes no lock on rows. Throws `in_flight` while another backtest of the workspace runs. */
export async function backtestChange(
  tx: ReadTx,
  policy: PolicyRow,
  change: Partial<PolicyRow>,
): Promise<Record<"before" | "after", BacktestResult>> {
  await requireAlone(tx);
  const { kept_days } = await retentionOf(tx);
  const period = periodOf({}, tx.now, kept_days);
  const run = (row: PolicyRow) => runBacktest(tx, only(row, GIVEN), period);
  return { before: await run(policy), after: await run({ ...policy, ...change }) };
}
