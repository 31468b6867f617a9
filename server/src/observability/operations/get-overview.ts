import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { sumOfFees } from "../fee-rules.ts";
import { observabilityHooks } from "../hooks.ts";
import { dayOf, daysBefore, totalsToWire } from "../metrics.ts";
import { Overview } from "../metrics-schema.ts";
import { retentionOf } from "../retention.ts";
import { countActive } from "../store/counters.ts";
import { listFees } from "../store/fees.ts";
import { totalsOf } from "../store/usage.ts";

const WEEK_DAYS = 7;

export const getOverview = query({
  name: "obs.get_overview",
  summary: "Get the usage and cost of today and of the last seven days with today, in UTC.",
  description: "The sums are of events that were sent. Steps of tasks are counted by tasks.summarize_attempts.",
  route: "GET /obs/metrics/overview",
  permission: "obs:read",
  input: Fields({}),
  output: Overview,
  problems: [],
  async run({ tx }) {
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
    };
  },
});
