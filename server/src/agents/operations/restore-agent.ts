import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { lockSealed, saveConfiguration } from "../change-agent.ts";
import { agentRestored } from "../facts.ts";
import { reconfigure, requireStep, restoredConfig } from "../rules.ts";
import { Agent } from "../schema.ts";
import { configOf } from "../store/agents.ts";
import { getRevisionConfig } from "../store/configurations.ts";
import { toWire } from "../to-wire.ts";

export const restoreAgent = command({
  name: "agents.restore",
  summary: "Restore an earlier configuration of an agent as a new revision.",
  description:
    "Revisions contain no secrets. In each secret place of the earlier configuration, the present secret stays.",
  route: "POST /agents/{id}/restore",
  permission: "agents:write",
  storesOutput: true,
  input: Fields({ id: Id, revision: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
  output: Agent,
  problems: ["not_found", "illegal_step", "conflict"],
  async run(context, { id, revision }) {
    const { tx } = context;
    const agent = await lockSealed(context, id);
    requireStep(agent, "restore");
    const config = configOf(agent);
    const next = reconfigure(config, restoredConfig(config, await getRevisionConfig(tx, agent.id, revision)));
    const { changed_fields } = next;
    if (changed_fields.length === 0) return unchanged(await toWire(context, agent));
    const saved = await saveConfiguration(context, agent, next);
    const data = { restored_revision: revision, revision: saved.revision, changed_fields };
    return changed(await toWire(context, saved), agentRestored(saved.id, data));
  },
});
