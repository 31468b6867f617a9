import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { tierOf } from "../../tiers/index.ts";
import { listHealthDays } from "../health.ts";
import { DAYS_BEFORE } from "../health-rules.ts";
import { AgentHealthPage } from "../health-schema.ts";
import { dayOf, daysBefore } from "../metrics.ts";
import { activeAgents } from "../store/counters.ts";

export const listHealth = query({
  name: "obs.list_health",
  summary: "List today's health score of each agent that sent events in the last 8 days, with its parts and reasons.",
  description:
    "The score is from 0 to 100 and counts the known parts alone. Parts of an agent without an event today are unknown.",
  route: "GET /obs/health/overview",
  permission: "obs:read",
  input: Fields(PageInput),
  output: AgentHealthPage,
  problems: [],
  async run({ tx }, page) {
    const { limits } = await tierOf(tx);
    const today = dayOf(tx.now);
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([after] = []) => activeAgents(tx, daysBefore(tx.now, DAYS_BEFORE), after),
      key: ({ agent_id }) => [agent_id],
    });
    const agents = items.map(({ agent_id }) => agent_id);
    const request = { from: today, to: today, hasAnomaly: limits.anomaly_detection_enabled, isWhole: true };
    return { items: await listHealthDays(tx, { ...request, agents }), next_cursor };
  },
});
