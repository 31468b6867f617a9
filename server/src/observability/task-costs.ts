/** The costs of tasks as tasks show them: own, and with the tasks below. */
import type { ReadTx } from "../kernel/db/tx.ts";
import type { TaskCost } from "../tasks/index.ts";
import { knownUsd } from "./metrics.ts";
import { costsOfTasks } from "./store/cost-days.ts";

export async function taskCosts(tx: ReadTx, ids: readonly string[]): Promise<ReadonlyMap<string, TaskCost>> {
  const rows = await costsOfTasks(tx, ids);
  return new Map(
    rows.map((row) => [
      row.key,
      {
        cost_usd: knownUsd(row.own_cost_nanos, row.own_list_cost_nanos, row.own_unpriced_calls),
        inclusive_cost_usd: knownUsd(row.cost_nanos, row.list_cost_nanos, row.unpriced_calls),
      },
    ]),
  );
}
