import Type from "typebox";
import { listAgentNames } from "../../agents/index.ts";
import { query } from "../../kernel/operation.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { headroomOf } from "../headroom.ts";
import { Headroom } from "../schema.ts";

export const getHeadroom = query({
  name: "risk.get_headroom",
  summary: "Read what is left under each limit: the cap, the used, the reserved and the remaining amount.",
  description: "With agent_id, the limits above this agent. An agent reads its own.",
  route: "GET /risk/headroom",
  permission: "risk:read",
  input: Fields({ agent_id: Type.Optional(Id) }),
  output: Fields({ items: Type.Array(Headroom) }),
  problems: ["not_found", "forbidden"],
  async run({ tx, actor }, { agent_id }) {
    const agentId = agent_id ?? (actor.kind === "agent" ? actor.id : null);
    if (agentId !== null && !(await listAgentNames(tx, [agentId])).has(agentId)) throw notFound("agent", agentId);
    if (actor.kind === "agent" && agentId !== actor.id)
      throw new Problem("forbidden", "An agent reads only its own headroom.");
    return { items: await headroomOf(tx, agentId) };
  },
});
