import { gateOf } from "../../gate/index.ts";
import { query } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { agentHooks } from "../hooks.ts";
import { OwnState } from "../schema.ts";
import { getAgent } from "../store/agents.ts";
import { toWire } from "../to-wire.ts";

export const getOwnState = query({
  name: "agents.me",
  summary: "As an agent, read your own state: configuration, limits, headroom, current tasks and last refusal.",
  description: "Call this before you claim work. Call this after a refusal to see the limit that refused you.",
  route: "GET /agents/me",
  permission: "agents:self",
  input: Fields({}),
  output: OwnState,
  problems: ["forbidden"],
  async run({ tx, actor }) {
    if (actor.kind !== "agent") throw new Problem("forbidden", "Only an agent's key has a state to read.");
    const agent = await getAgent(tx, actor.id);
    const { running, last_refusal } = await gateOf(tx, agent.id);
    const { max_running_tasks } = agent;
    const available = max_running_tasks === null ? null : Math.max(0, max_running_tasks - running);
    return {
      agent: await toWire({ tx, actor }, agent),
      limits: { max_running_tasks, running, available },
      headroom: await agentHooks.headroom(tx, agent.id),
      last_refusal,
      current_tasks: await agentHooks.currentTasks(tx, agent.id),
    };
  },
});
