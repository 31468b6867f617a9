/** The sums of agents by day, as spending. Pure. */
import type { AgentDay } from "@bailiwick/sdk";
import type { Spending } from "../../domain/usage/spend.tsx";

export const daySpend = (day: AgentDay): Spending => ({
  cost_usd: day.total_cost_usd,
  list_cost_usd: day.total_list_cost_usd,
  calls: day.total_llm_calls,
  unpriced_calls: day.unpriced_calls,
});
