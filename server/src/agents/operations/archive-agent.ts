import Type from "typebox";
import type { Fact } from "../../kernel/facts/fact.ts";
import { type CommandContext, changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { revokeAgentKeys } from "../../keys/index.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { defaultMoved } from "../change-agent.ts";
import { saveStatus } from "../change-status.ts";
import { agentHooks } from "../hooks.ts";
import { statusAfter } from "../rules.ts";
import { Agent, StatusStep } from "../schema.ts";
import { lockAgent, lockSuccessor, saveAgent } from "../store/agents.ts";
import { toWire } from "../to-wire.ts";

export const archiveAgent = command({
  name: "agents.archive",
  summary: "Archive an agent for ever. Its keys are revoked; its history stays.",
  route: "POST /agents/{id}/archive",
  aliases: ["DELETE /agents/{id}"],
  permission: "agents:write",
  pastQuota: "passes",
  input: Fields({
    ...StatusStep.properties,
    confirm: Type.Optional(Type.Boolean({ description: "Archive the agent although others depend on it." })),
  }),
  output: Agent,
  problems: ["not_found", "conflict"],
  changesCredentials: true,
  async run(context, { id, reason, confirm }) {
    const { tx, actor } = context;
    await lockWorkspace(tx);
    const agent = await lockAgent(tx, id);
    const status = statusAfter(agent, "archive");
    if (status === agent.status) return unchanged(await toWire(context, agent));
    await agentHooks.requireArchivable(tx, agent.id, confirm);
    const [archived, fact] = await saveStatus(context, agent, status, reason);
    const facts = await revokeAgentKeys(tx, agent.id);
    if (agent.is_default) facts.push(...(await passOnDefault(context, agent.id)));
    facts.push(...(await agentHooks.onArchived(tx, agent.id, actor)));
    return changed(await toWire(context, archived), fact, ...facts);
  },
});

/** Makes the oldest remaining direct agent the default. */
async function passOnDefault({ tx, now }: CommandContext, archivedId: string): Promise<Fact[]> {
  const successor = await lockSuccessor(tx, archivedId);
  if (!successor) return [];
  await saveAgent(tx, successor, { is_default: true }, now);
  return [defaultMoved(successor.id)];
}
