import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { lockSealed, saveConfiguration, takeDefault } from "../change-agent.ts";
import { agentUpdated } from "../facts.ts";
import { keepPushSecret } from "../push-secret.ts";
import { reconfigure, requireStep } from "../rules.ts";
import { AgentChanges, AgentWithSecret, ById, IsDefault } from "../schema.ts";
import { configOf, saveAgent } from "../store/agents.ts";
import { toWire } from "../to-wire.ts";

export const updateAgent = command({
  name: "agents.update",
  summary: "Change the given fields of an agent. Each configuration is replaced as a whole.",
  description:
    'A secret sent as "set" stays as it is. A secret that you leave out is deleted. Pause, resume and archive change the ' +
    "status. Turning delivery to push returns push_secret, which is shown only once: it signs the pushes as webhooks are.",
  route: "POST /agents/{id}",
  aliases: ["PUT /agents/{id}"],
  permission: "agents:write",
  storesOutput: true,
  answersSecret: true,
  input: Fields({ ...ById.properties, ...AgentChanges.properties, is_default: Type.Optional(IsDefault) }),
  output: AgentWithSecret,
  problems: ["not_found", "illegal_step", "conflict"],
  async run(context, { id, is_default, ...changes }) {
    const { tx } = context;
    if (is_default) await lockWorkspace(tx);
    const agent = await lockSealed(context, id);
    requireStep(agent, "update");
    const next = reconfigure(configOf(agent), changes);
    const isMoved = is_default !== undefined && is_default !== agent.is_default;
    const changed_fields = [...next.changed_fields, ...(isMoved ? ["is_default"] : [])];
    if (changed_fields.length === 0) return unchanged(await toWire(context, agent));

    const moved = isMoved && is_default ? await takeDefault(context) : [];
    const configured = next.changed_fields.length > 0 ? await saveConfiguration(context, agent, next) : agent;
    const saved = isMoved ? await saveAgent(tx, configured, { is_default }, context.now) : configured;
    const data = { changed_fields, revision: saved.revision };
    const secret = await keepPushSecret(context, saved, agent.delivery);
    return changed({ ...(await toWire(context, saved)), ...secret }, agentUpdated(saved.id, data), ...moved);
  },
});
