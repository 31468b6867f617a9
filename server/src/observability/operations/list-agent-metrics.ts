import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { withinHistory } from "../history.ts";
import { rangeOf, withPercentiles } from "../metrics.ts";
import { AgentDayPage, Day } from "../metrics-schema.ts";
import { retentionOf } from "../retention.ts";
import { agentDays } from "../store/usage.ts";

const DAYS = 7;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

export const listAgentMetrics = query({
  name: "obs.list_agent_metrics",
  summary: "List the usage, cost, latency and outcome of each agent by day, newest first. The default is a week.",
  route: "GET /obs/metrics/agents",
  permission: "obs:read",
  input: Fields({ from: Type.Optional(Day), to: Type.Optional(Day), ...PageInput }),
  output: AgentDayPage,
  problems: [],
  async run({ tx }, { limit, cursor, ...given }) {
    const { kept_days } = await retentionOf(tx);
    const { range, history } = withinHistory(tx.now, rangeOf(tx, given, DAYS), kept_days);
    const { items, next_cursor } = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [DATE, CURSOR.id],
        rows: (after) => agentDays(tx, range, after),
        key: ({ date, agent_id }) => [date, agent_id],
      },
    );
    return { items: await withPercentiles(tx, items), next_cursor, history };
  },
});
