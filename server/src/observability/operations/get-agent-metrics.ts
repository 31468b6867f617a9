import Type from "typebox";
import { listAgentNames } from "../../agents/index.ts";
import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { listEvents } from "../list-events.ts";
import { rangeOf, withPercentiles } from "../metrics.ts";
import { AgentMetrics, Day } from "../metrics-schema.ts";
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
    const metrics = await withPercentiles(tx, await daysOfAgent(tx, id, rangeOf(tx, given, DAYS)));
    const { items } = await listEvents(tx, { agent_id: id }, { limit: RECENT_EVENTS });
    return { agent: { id, name }, metrics, recent_events: items };
  },
});
