/** Valid inputs of the operations on connections, on the connections of agents, and on Moltbook. */
import { createAgent } from "../../src/agents/operations/create-agent.ts";
import { createConnection } from "../../src/connections/operations/create-connection.ts";
import type { Sample, Scene } from "./scene.ts";
import { SOCIAL_SAMPLES } from "./social-samples.ts";

const nothing = async () => ({});

const aConnection = ({ app, owner }: Scene) =>
  app.call(createConnection, owner, {
    service_type: "http",
    name: "Builds",
    config: { base_url: "https://api.example.org/v1" },
    secret: "very-secret",
  });
/** A test of it ends at once, because its address must not be called. */
async function aPrivateConnection(scene: Scene) {
  const { id } = await aConnection(scene);
  await scene.app.admin.query(`update connections set config = '{"base_url": "http://127.0.0.1:9/"}' where id = $1`, [
    id,
  ]);
  return { id };
}
async function aChangedTool(scene: Scene) {
  const { id } = await aConnection(scene);
  const definition = { description: "", payload_schema: {}, repeats_safely: false, is_reversible: false };
  await scene.app.admin.query(
    `insert into connection_tools (workspace_id, connection_id, name, state, digest, definition, seen_digest, seen)
     values ($1, $2, 'weather', 'changed', '1', $3, '2', $3)`,
    [scene.workspace.id, id, JSON.stringify(definition)],
  );
  return { id, tools: [{ name: "weather", digest: "2" }] };
}
const aPushAgent = async ({ app, owner }: Scene) => {
  const address = { agent_type: "http_api", connection_url: "https://agent.example/" } as const;
  const { id } = await app.call(createAgent, owner, { name: "Pushed", ...address, delivery: "push" });
  return { id };
};
const itsId = async (scene: Scene) => ({ id: (await aConnection(scene)).id });

export const CONNECTION_SAMPLES: Record<string, Sample> = {
  "agents.check": { by: "owner", input: async ({ other }) => ({ id: other.id }) },
  "agents.rotate_push_secret": { by: "owner", input: aPushAgent },
  "agents.update_status": { by: "agent", input: async ({ agent }) => ({ id: agent.id, connected: true }) },
  "agents.list_external": { by: "agent", input: nothing },
  "agents.list_featured": { by: "agent", input: nothing },
  "connections.create": {
    by: "owner",
    input: async ({ other }) => ({
      service_type: "http",
      name: "Orders",
      config: { base_url: "https://orders.example.org" },
      agent_ids: [other.id],
    }),
  },
  "connections.list": { by: "agent", input: nothing },
  "connections.get": { by: "agent", input: itsId },
  "connections.update": {
    by: "owner",
    input: async (scene) => ({ ...(await itsId(scene)), name: "Releases", agent_ids: [scene.other.id] }),
  },
  "connections.check": { by: "owner", input: aPrivateConnection },
  "connections.list_tools": { by: "viewer", input: itsId },
  "connections.accept_tools": { by: "owner", input: aChangedTool },
  "connections.disconnect": { by: "owner", input: itsId },
  ...SOCIAL_SAMPLES,
};
