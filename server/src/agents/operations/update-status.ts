import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Text } from "../../kernel/schema.ts";
import { agentConnectionReported } from "../facts.ts";
import { LINK_ERROR_LENGTH_MAX } from "../link-rules.ts";
import { Agent, ById } from "../schema.ts";
import { getAgent, lockAgent } from "../store/agents.ts";
import { saveLink } from "../store/calls.ts";
import { toWire } from "../to-wire.ts";

/** A report that says the same again within this time stores nothing. */
const SAME_MS = 60_000;

export const updateStatus = command({
  name: "agents.update_status",
  summary: "Say that an external agent is connected, or why it is not. An agent says so of itself alone.",
  route: "POST /agents/{id}/update-status",
  permission: "agents:report",
  whilePaused: true,
  input: Fields({
    ...ById.properties,
    connected: Type.Boolean(),
    error: Type.Optional(Text(LINK_ERROR_LENGTH_MAX)),
  }),
  output: Agent,
  problems: ["not_found", "forbidden"],
  async run(context, { id, connected, error = "It is not connected." }) {
    const { tx, actor, now } = context;
    const agent = await lockAgent(tx, id);
    if (actor.kind === "agent" && actor.id !== id) {
      throw new Problem("forbidden", "An agent reports only its own connection.");
    }
    const last_error = connected ? null : error;
    const since =
      agent.last_connected_at === null ? Number.POSITIVE_INFINITY : now.getTime() - Date.parse(agent.last_connected_at);
    if (agent.last_error === last_error && (!connected || since < SAME_MS))
      return unchanged(await toWire(context, agent));
    await saveLink(tx, id, connected ? { last_connected_at: now } : { last_error: error });
    const saved = await getAgent(tx, id);
    return changed(await toWire(context, saved), agentConnectionReported(id, { connected, error: last_error }));
  },
});
