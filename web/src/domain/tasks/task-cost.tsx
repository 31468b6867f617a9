/** The cost of a task by the telemetry of its agents: own, and with the tasks below. */
import { type TaskCosts, useTaskCosts } from "../../data/task-costs.ts";
import { Spend, spendText, unpricedText } from "../usage/spend.tsx";

/** With the tasks below it. Nothing for a task without telemetry. */
export function TaskCost({ id, isAligned = false }: { id: string; isAligned?: boolean }) {
  const costs = useTaskCosts(id);
  return costs ? <Spend of={costs.inclusive} isAligned={isAligned} /> : null;
}

/** `$4.10, of it $1.20 its own`. */
export function TaskCostWords({ costs: { own, inclusive } }: { costs: TaskCosts }) {
  const hasBelow = inclusive.calls > own.calls || inclusive.cost_usd > own.cost_usd;
  const isOther = Math.abs(inclusive.list_cost_usd - inclusive.cost_usd) >= 0.005;
  return (
    <>
      <Spend of={inclusive} />
      {isOther && ` (${spendText(inclusive, "list_cost_usd")} at list price)`}
      {hasBelow && (
        <>
          {" "}
          with its subtasks, of it <Spend of={own} /> its own
        </>
      )}
      {inclusive.unpriced_calls > 0 && ` · ${unpricedText(inclusive.unpriced_calls)}`}
    </>
  );
}
