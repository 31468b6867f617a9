import { listAgentNames } from "../../agents/index.ts";
import { usdFromNanos } from "../../kernel/money.ts";
import { query } from "../../kernel/operation.ts";
import { countCompleted, listTitles } from "../../tasks/index.ts";
import { withinHistory } from "../history.ts";
import { rangeOf } from "../metrics.ts";
import { Outcomes, OutcomesInput } from "../outcome-schema.ts";
import { retentionOf } from "../retention.ts";
import { costedTasks, outcomesBy, totalOutcomes } from "../store/outcomes.ts";

const DAYS = 30;

export const summarizeOutcomes = query({
  name: "obs.summarize_outcomes",
  summary: "Sum what agents achieved by agent, task or day, and what a completed task costs. The default is 30 days.",
  description:
    "Commits, pull requests, lines and active time come from the metrics of Claude Code and Gemini CLI, and from " +
    "payload.outcomes of events. The cost of a completed task is the cost of all tasks with calls, also of those " +
    "without success, divided by the completed ones.",
  route: "GET /obs/outcomes",
  permission: "obs:read",
  input: OutcomesInput,
  output: Outcomes,
  problems: [],
  async run({ tx }, { group_by, limit, ...given }) {
    const { kept_days } = await retentionOf(tx);
    const { range, history } = withinHistory(tx.now, rangeOf(tx, given, DAYS), kept_days);
    const rows = await outcomesBy(tx, group_by, { ...range, limit });
    const keys = rows.map(({ key }) => key);
    const names =
      group_by === "agent"
        ? await listAgentNames(tx, keys)
        : group_by === "task"
          ? await listTitles(tx, keys)
          : undefined;
    const tasks = await costedTasks(tx, range);
    const completed = await countCompleted(
      tx,
      tasks.map(({ task_id }) => task_id),
    );
    const sum = (field: "cost_nanos" | "list_cost_nanos") => tasks.reduce((all, task) => all + BigInt(task[field]), 0n);
    const [cost, list] = [sum("cost_nanos"), sum("list_cost_nanos")];
    const each = (nanos: bigint) => (completed === 0 ? null : usdFromNanos(nanos / BigInt(completed)));
    return {
      items: rows.map((row) => ({ ...row, name: names?.get(row.key) ?? row.key })),
      total: await totalOutcomes(tx, range),
      costed_tasks: tasks.length,
      completed_tasks: completed,
      cost_of_tasks_usd: usdFromNanos(cost),
      list_cost_of_tasks_usd: usdFromNanos(list),
      cost_per_completed_task_usd: each(cost),
      list_cost_per_completed_task_usd: each(list),
      history,
    };
  },
});
