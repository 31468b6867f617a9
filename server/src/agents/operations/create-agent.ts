import Type from "typebox";
import { command } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { requireRoom } from "../../tiers/index.ts";
import { addAgent } from "../change-agent.ts";
import { keepPushSecret } from "../push-secret.ts";
import { configureNew } from "../rules.ts";
import { AgentDraft, AgentWithSecret, IsDefault } from "../schema.ts";
import { countAgents } from "../store/agents.ts";

export const createAgent = command({
  name: "agents.create",
  summary: "Create an agent. Only its name is required.",
  description: "Then create a key for the agent (keys.create), so that the agent can claim tasks.",
  route: "POST /agents",
  permission: "agents:write",
  answersSecret: true,
  input: Fields({ ...AgentDraft.properties, is_default: Type.Optional(IsDefault) }),
  output: AgentWithSecret,
  status: 201,
  problems: ["tier_limit"],
  async run(context, { is_default, ...draft }) {
    const next = configureNew(draft);
    await requireRoom(context.tx, "agent_limit", countAgents);
    const made = await addAgent(context, next, { isDefault: is_default === true });
    const secret = await keepPushSecret(context, made.output, "pull");
    return { ...made, output: { ...made.output, ...secret } };
  },
});
