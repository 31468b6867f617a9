import { uuidv7 } from "uuidv7";
import { changed, command } from "../../kernel/operation.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { connectionCreated } from "../facts.ts";
import { requireRoom } from "../rules.ts";
import { Connection, type ConnectionRow, NewConnection } from "../schema.ts";
import { sealSecret } from "../secrets.ts";
import { requireAdapter, requireAgents, requireSettings } from "../settle.ts";
import { countConnections, insertConnection } from "../store/connections.ts";
import { toWire } from "../to-wire.ts";

export const createConnection = command({
  name: "connections.create",
  summary: "Connect a service, so that agents can propose actions on it. Its secret is never shown again.",
  description: "Nothing is sent. Test the connection next; of an MCP server, the test reads the tools.",
  route: "POST /connections",
  status: 201,
  permission: "connections:write",
  input: NewConnection,
  output: Connection,
  problems: ["conflict", "not_found"],
  async run({ tx, now, env, actor }, { service_type, name, category, config = {}, secret, agent_ids = null }) {
    const service = requireAdapter(service_type);
    requireSettings(service, { config, secret }, env);
    await requireAgents(tx, agent_ids);
    await lockWorkspace(tx);
    requireRoom(await countConnections(tx));
    const id = uuidv7();
    const row: ConnectionRow = {
      id,
      service_type,
      name,
      category: category ?? service.category,
      status: "connected",
      config,
      sealed_secret: secret === undefined ? null : sealSecret(env.secrets, tx.workspace, id, secret),
      secret_number: 0,
      scopes_granted: [],
      agent_ids,
      usage_count: 0,
      last_used_at: null,
      last_error: null,
      created_at: now.toISOString(),
    };
    await insertConnection(tx, row);
    return changed(toWire(row, actor), connectionCreated(id, { name, service_type }));
  },
});
