import Type from "typebox";
import { listAgentNames } from "../../agents/index.ts";
import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { withinHistory } from "../history.ts";
import { listEvents } from "../list-events.ts";
import { rangeOf, withPercentiles } from "../metrics.ts";
import { AgentMetrics, Day } from "../metrics-schema.ts";
import { retentionOf } from "../retention.ts";
import { daysOfAgent } from "../store/usage.ts";

const DAYS = 30;
const RECENT_EVENTS = 50;

export const getAgentMetrics = query({
  name: "obs.get_agent_metrics",
  summary:
    "Get the usage, cost, latency and outcome of an agent by day, and its newest events. The default is 30 days.",
  route: "GET /obs/metrics/agent/{id}",
  permission: "obs:read",
  input: Fields({ id: Id, from: Type.Optional(Day), to: Type.Optional(Day) }),
  output: AgentMetrics,
  problems: ["not_found"],
  async run({ tx }, { id, ...given }) {
    const name = (await listAgentNames(tx, [id])).get(id);
    if (name === undefined) throw notFound("agent", id);
    const { range, history } = withinHistory(tx.now, rangeOf(tx, given, DAYS), (await retentionOf(tx)).kept_days);
    const metrics = await withPercentiles(tx, await daysOfAgent(tx, id, range));
    const { items } = await listEvents(tx, { agent_id: id, since: history.from }, { limit: RECENT_EVENTS });
    return { agent: { id, name }, metrics, recent_events: items, history };
  },
});
