import Type from "typebox";
import { listAgentNames } from "../../agents/index.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { query } from "../../kernel/operation.ts";
import { Defaulted, Fields, PAGE_SIZE_DEFAULT } from "../../kernel/schema.ts";
import { listTitles } from "../../tasks/index.ts";
import { sumOfFees } from "../fee-rules.ts";
import type { FeeRow } from "../fee-schema.ts";
import { withinHistory } from "../history.ts";
import { costsOf, rangeOf, usdOf } from "../metrics.ts";
import { CostGroup, type CostRow, Costs, Day } from "../metrics-schema.ts";
import { retentionOf } from "../retention.ts";
import { listFees } from "../store/fees.ts";
import { type CostSums, costsBy, type Range, totalsOf } from "../store/usage.ts";

const DAYS = 30;
const ITEMS_MAX = 400;

export const summarizeCosts = query({
  name: "obs.summarize_costs",
  summary: "Sum costs and tokens by agent, model, task, tree of tasks, or day. The default is 30 days.",
  description:
    "cost_usd is the billed amount, and list_cost_usd the amount at list price. A task has its own cost and the inclusive " +
    "cost with the tasks below; cost_usd is the inclusive one. total counts everything in these days, also outside tasks. " +
    "Calls with unknown cost are in unpriced_calls and in no amount. fees_usd are monthly fees, spread by day.",
  route: "GET /obs/costs",
  permission: "obs:read",
  input: Fields({
    group_by: Defaulted(CostGroup, "agent"),
    from: Type.Optional(Day),
    to: Type.Optional(Day),
    limit: Defaulted(Type.Integer({ minimum: 1, maximum: ITEMS_MAX }), PAGE_SIZE_DEFAULT),
  }),
  output: Costs,
  problems: [],
  async run({ tx }, { group_by, limit, ...given }) {
    const { kept_days } = await retentionOf(tx);
    const { range, history } = withinHistory(tx.now, rangeOf(tx, given, DAYS), kept_days);
    const rows = await costsBy(tx, group_by, { ...range, limit });
    const names = await namesOf(tx, group_by, rows);
    const fees = await listFees(tx);
    const total = await totalsOf(tx, range);
    return {
      items: rows.map((row) => ({
        ...costRow(row, names.get(row.key) ?? row.key),
        ...feesOf(group_by, row, fees, range),
      })),
      total: costsOf({ ...total, calls: total.llm_calls }),
      fees_usd: usdOf(sumOfFees(fees, range)),
      history,
    };
  },
});

async function namesOf(tx: ReadTx, group: CostGroup, rows: readonly CostSums[]): Promise<ReadonlyMap<string, string>> {
  const keys = rows.map(({ key }) => key);
  if (group === "agent") return listAgentNames(tx, keys);
  if (group === "task" || group === "tree") return listTitles(tx, keys);
  return new Map([["", "unknown"]]);
}

/** The fees of an agent or a day, when there are any. */
function feesOf(group: CostGroup, { key }: CostSums, fees: readonly FeeRow[], range: Range) {
  const own = group === "agent" ? fees.filter(({ agent_id }) => agent_id === key) : group === "day" ? fees : [];
  if (own.length === 0) return {};
  return { fees_usd: usdOf(sumOfFees(own, group === "day" ? { from: key, to: key } : range)) };
}

function costRow(row: CostSums, name: string): CostRow {
  const amounts = row.own_cost_nanos !== undefined && {
    own_cost_usd: usdOf(row.own_cost_nanos),
    inclusive_cost_usd: usdOf(row.cost_nanos),
  };
  return { key: row.key, name, ...costsOf(row), ...amounts };
}
