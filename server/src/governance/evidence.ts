/** Gathers the evidence of a request. */
import { countAgents } from "../agents/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { listFacts } from "../kernel/facts/list.ts";
import { refusalOf } from "../kernel/problem.ts";
import { type BacktestResult, backtestChange, headroomOf } from "../risk/index.ts";
import type { PolicyRow } from "../risk/schema.ts";
import { countWaiting, listTitles } from "../tasks/index.ts";
import { tierOf } from "../tiers/index.ts";
import { requireInside } from "./boundary-rules.ts";
import { type ChangeBacktest, type Evidence, FIRINGS_SHOWN_MAX, STEPS_SHOWN_MAX } from "./evidence-schema.ts";
import type { RequestedChange } from "./schema.ts";

/** The part that costs little: what holds now. The backtest follows after the commit. */
export async function evidenceNow(
  tx: ReadTx,
  policy: PolicyRow,
  agentId: string,
  change: RequestedChange,
): Promise<Evidence> {
  const headroom = (await headroomOf(tx, agentId)).find(({ policy_id }) => policy_id === policy.id) ?? null;
  const { agent_id } = policy;
  return {
    headroom,
    boundary: await boundaryOf(tx, policy, change),
    steps: await lastSteps(tx, agentId),
    touches: {
      scope: agent_id === null ? "workspace" : "agent",
      agents: agent_id === null ? await countAgents(tx) : 1,
      waiting_tasks: await countWaiting(tx, { agent_id, root_task_id: null }),
    },
    backtest: null,
  };
}

async function boundaryOf(tx: ReadTx, policy: PolicyRow, change: RequestedChange): Promise<string | null> {
  const tier = await tierOf(tx);
  return refusalOf(() => requireInside(policy, change.field, change.requested_value, tier))?.message ?? null;
}

async function lastSteps(tx: ReadTx, agent_id: string): Promise<Evidence["steps"]> {
  const { items } = await listFacts(tx, { type: "task.", agent_id }, { limit: STEPS_SHOWN_MAX });
  const titles = await listTitles(tx, [...new Set(items.map(({ subject_id }) => subject_id))]);
  return items.map(({ subject_id: task_id, type, created_at: at }) => ({
    task_id,
    title: titles.get(task_id) ?? null,
    event_type: type.slice("task.".length),
    at,
  }));
}

/** Reads the past for seconds. Throws `in_flight` while another backtest runs. */
export async function changeBacktest(tx: ReadTx, policy: PolicyRow, change: RequestedChange): Promise<ChangeBacktest> {
  const { before, after } = await backtestChange(tx, policy, { [change.field]: change.requested_value });
  const { firings, samples, coverage } = after;
  return {
    ...countsOf(after),
    before: countsOf(before),
    firings: firings.slice(0, FIRINGS_SHOWN_MAX),
    samples,
    coverage,
  };
}

const countsOf = ({ fired_count, starts_prevented, cost_avoided_usd }: BacktestResult) => ({
  fired_count,
  starts_prevented,
  cost_avoided_usd,
});
