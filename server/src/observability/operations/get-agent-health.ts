import Type from "typebox";
import { listAgentNames } from "../../agents/index.ts";
import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { tierOf } from "../../tiers/index.ts";
import { listHealthDays } from "../health.ts";
import { AgentHealthDays } from "../health-schema.ts";
import { withinHistory } from "../history.ts";
import { rangeOf } from "../metrics.ts";
import { Day } from "../metrics-schema.ts";

const DAYS = 30;

export const getAgentHealth = query({
  name: "obs.get_agent_health",
  summary: "Get the health score of an agent on each day with events, with its parts and their reasons.",
  description:
    "The score is from 0 to 100 and counts the known parts alone. The default is the last 30 days, as far as the tier " +
    "shows them.",
  route: "GET /obs/health/agent/{id}",
  permission: "obs:read",
  input: Fields({ id: Id, from: Type.Optional(Day), to: Type.Optional(Day) }),
  output: AgentHealthDays,
  problems: ["not_found"],
  async run({ tx }, { id, ...given }) {
    if (!(await listAgentNames(tx, [id])).has(id)) throw notFound("agent", id);
    const { limits } = await tierOf(tx);
    const { range, history } = withinHistory(tx.now, rangeOf(tx, given, DAYS), limits.health_history_days);
    const request = { agents: [id], hasAnomaly: limits.anomaly_detection_enabled };
    return { agent_id: id, items: await listHealthDays(tx, { ...request, ...range }), history };
  },
});
