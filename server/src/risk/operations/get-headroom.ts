import Type from "typebox";
import { listAgentNames } from "../../agents/index.ts";
import { query } from "../../kernel/operation.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { highestDay } from "../../observability/index.ts";
import { tierOf } from "../../tiers/index.ts";
import { headroomOf } from "../headroom.ts";
import { suggestCap } from "../rules.ts";
import { CapSuggestion, Headroom } from "../schema.ts";
import { hasPolicy } from "../store/policies.ts";

const SUGGESTION_DAYS = 14;

export const getHeadroom = query({
  name: "risk.get_headroom",
  summary: "Read what is left under each limit: the cap, the used, the reserved and the remaining amount.",
  description:
    "With agent_id, the limits above this agent. An agent reads its own. For a person of a workspace without a policy, " +
    "`suggestion` is a first daily cap.",
  route: "GET /risk/headroom",
  permission: "risk:read",
  input: Fields({ agent_id: Type.Optional(Id) }),
  output: Fields({
    items: Type.Array(Headroom),
    suggestion: Type.Optional(CapSuggestion),
  }),
  problems: ["not_found", "forbidden"],
  async run({ tx, actor }, { agent_id }) {
    const agentId = agent_id ?? (actor.kind === "agent" ? actor.id : null);
    if (agentId !== null && !(await listAgentNames(tx, [agentId])).has(agentId)) throw notFound("agent", agentId);
    if (actor.kind === "agent" && agentId !== actor.id)
      throw new Problem("forbidden", "An agent reads only its own headroom.");
    const items = await headroomOf(tx, agentId);
    const isWithout = agentId === null && items.length === 0 && !(await hasPolicy(tx));
    if (!isWithout) return { items };
    return { items, suggestion: suggestCap(await highestDay(tx, SUGGESTION_DAYS), await tierOf(tx)) };
  },
});
