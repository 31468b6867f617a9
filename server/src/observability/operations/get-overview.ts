import Type from "typebox";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { query } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { Fields, Time } from "../../kernel/schema.ts";
import { sumOfFees } from "../fee-rules.ts";
import { observabilityHooks } from "../hooks.ts";
import { dayOf, daysBefore, totalsToWire, usdOf } from "../metrics.ts";
import { Overview } from "../metrics-schema.ts";
import { retentionOf } from "../retention.ts";
import { countActive } from "../store/counters.ts";
import { listFees } from "../store/fees.ts";
import { sumsSinceMinute } from "../store/recent.ts";
import { totalsOf } from "../store/usage.ts";

const WEEK_DAYS = 7;
const DAY_MS = 86_400_000;
const SINCE_DAYS_MAX = 31;
/** An hour less than two days, because the sweep may come early. */
const MINUTES_KEPT_MS = 2 * DAY_MS - 3_600_000;

export const getOverview = query({
  name: "obs.get_overview",
  summary: "Get the usage and cost of today and of the last seven days with today, in UTC.",
  description: "The sums are of events that were sent. Steps of tasks are counted by tasks.summarize_attempts.",
  route: "GET /obs/metrics/overview",
  permission: "obs:read",
  input: Fields({
    since: Type.Optional(
      Type.String({ ...Time, description: `Sums the usage since this time too. At most ${SINCE_DAYS_MAX} days ago.` }),
    ),
  }),
  output: Overview,
  problems: [],
  async run({ tx }, { since }) {
    const { tier_name: name, kept_days: retention_days } = await retentionOf(tx);
    const to = dayOf(tx.now);
    const from = daysBefore(tx.now, WEEK_DAYS - 1);
    const today = await totalsOf(tx, { from: to, to });
    const week = await totalsOf(tx, { from, to });
    const fees = await listFees(tx);
    return {
      today: totalsToWire(today, sumOfFees(fees, { from: to, to })),
      week: totalsToWire(week, sumOfFees(fees, { from, to })),
      active_agents_24h: await countActive(tx),
      unacknowledged_alerts: await observabilityHooks.unacknowledgedAlerts(tx),
      tier: { name, retention_days },
      ...(since !== undefined && { since: await usageSince(tx, since) }),
    };
  },
});

/** Sums of minutes are kept for two days, so an older time begins with its day. */
async function usageSince(tx: ReadTx, since: string) {
  const at = new Date(since);
  const ageMs = tx.now.getTime() - at.getTime();
  // A leap second is a time that JavaScript cannot read.
  if (Number.isNaN(ageMs) || ageMs > SINCE_DAYS_MAX * DAY_MS)
    throw invalid("/since", `is no time of the last ${SINCE_DAYS_MAX} days.`);
  const from = ageMs < MINUTES_KEPT_MS ? at : new Date(dayOf(at));
  const { llm_calls, cost_nanos, list_cost_nanos, unpriced_calls } = await sumsSinceMinute(tx, from);
  return {
    from: from.toISOString(),
    llm_calls: Number(llm_calls),
    cost_usd: usdOf(cost_nanos),
    list_cost_usd: usdOf(list_cost_nanos),
    unpriced_calls: Number(unpriced_calls),
  };
}
