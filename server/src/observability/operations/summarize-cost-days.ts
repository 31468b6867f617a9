import Type from "typebox";
import { listAgentNames } from "../../agents/index.ts";
import { query } from "../../kernel/operation.ts";
import { Defaulted, Fields } from "../../kernel/schema.ts";
import { withinHistory } from "../history.ts";
import { costsOf, rangeOf } from "../metrics.ts";
import { CostDays, CostSplit, Day } from "../metrics-schema.ts";
import { retentionOf } from "../retention.ts";
import { costDaysBy } from "../store/cost-days.ts";

const DAYS = 30;

export const summarizeCostDays = query({
  name: "obs.summarize_cost_days",
  summary: "Sum costs and tokens of each day, split by agent or model. The default is 30 days.",
  description:
    "The eight dearest agents or models of these days have rows of their own, and the others share the rows whose key is " +
    "null. Calls with unknown cost are in unpriced_calls and in no amount.",
  route: "GET /obs/costs/days",
  permission: "obs:read",
  input: Fields({
    split_by: Defaulted(CostSplit, "agent"),
    from: Type.Optional(Day),
    to: Type.Optional(Day),
  }),
  output: CostDays,
  problems: [],
  async run({ tx }, { split_by, ...given }) {
    const { kept_days } = await retentionOf(tx);
    const { range, history } = withinHistory(tx.now, rangeOf(tx, given, DAYS), kept_days);
    const rows = await costDaysBy(tx, split_by, range);
    const keys = [...new Set(rows.flatMap(({ key }) => key ?? []))];
    const names = split_by === "agent" ? await listAgentNames(tx, keys) : new Map([["", "unknown"]]);
    return {
      // Without a day that can be read, the chart has the last day that was wanted.
      from: range.from < range.to ? range.from : range.to,
      to: range.to,
      items: rows.map(({ date, key, ...sums }) => ({
        date,
        key,
        name: key === null ? null : (names.get(key) ?? key),
        ...costsOf(sums),
      })),
      history,
    };
  },
});
