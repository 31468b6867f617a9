import { changed, command, unchanged } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { connectionUpdated } from "../facts.ts";
import { connectionHooks } from "../hooks.ts";
import { changedFields, requireConnected } from "../rules.ts";
import { Connection, ConnectionChange } from "../schema.ts";
import { openSecret, sealSecret } from "../secrets.ts";
import { serviceOf } from "../services/all.ts";
import { requireAgents, requireSettings } from "../settle.ts";
import { lockConnection, saveConnection } from "../store/connections.ts";
import { targetOf } from "../target.ts";
import { toWire } from "../to-wire.ts";

export const updateConnection = command({
  name: "connections.update",
  summary: "Change a connection: its name, its configuration, its secret, or the agents that may use it.",
  description:
    "A configuration replaces the old one as a whole. An address on another host needs the secret again. A new address ends the " +
    "standing rules that approve for the connection, and what was approved before is not sent.",
  route: "POST /connections/{id}",
  permission: "connections:write",
  input: ConnectionChange,
  output: Connection,
  problems: ["not_found", "conflict"],
  async run({ tx, env, actor }, { id, name, category, config, secret, agent_ids }) {
    const before = await lockConnection(tx, id);
    requireConnected(before);
    const service = serviceOf(before.service_type);
    const kept = secret ?? openSecret(env.secrets, tx.workspace, before);
    if (config !== undefined || secret !== undefined) {
      const after = config ?? before.config;
      requireSettings(service, { config: after, secret: kept }, env);
      const isMoved = service.origin(after) !== service.origin(before.config);
      if (isMoved && secret === undefined && kept !== undefined) {
        throw invalid("/secret", "must be given again, because the address is on another host.");
      }
    }
    await requireAgents(tx, agent_ids);
    // The secret of a service without an origin is, or has, its address.
    const isOtherAddress = secret !== undefined && service.origin(config ?? before.config) === undefined;
    const after = {
      ...before,
      name: name ?? before.name,
      category: category ?? before.category,
      config: config ?? before.config,
      agent_ids: agent_ids === undefined ? before.agent_ids : agent_ids,
      sealed_secret: secret === undefined ? before.sealed_secret : sealSecret(env.secrets, tx.workspace, id, secret),
      secret_number: before.secret_number + (isOtherAddress ? 1 : 0),
    };
    const changed_fields = changedFields(before, after, secret !== undefined);
    if (changed_fields.length === 0) return unchanged(toWire(before, actor));
    await saveConnection(tx, after);
    const { service_type } = before;
    const isMoved = targetOf(before, undefined) !== targetOf(after, undefined);
    const ended = isMoved ? await connectionHooks.onMoved(tx, { connection_id: id, service_type }) : [];
    const fact = connectionUpdated(id, { name: after.name, service_type, changed_fields });
    return changed(toWire(after, actor), fact, ...ended);
  },
});
