import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { Fields, Nullable, Time } from "../../kernel/schema.ts";
import { openSecrets } from "../change-agent.ts";
import { agentTested } from "../facts.ts";
import { type Link, linkOf, requireAddress } from "../link-rules.ts";
import { reach } from "../reach.ts";
import { ById } from "../schema.ts";
import { getAgent, lockAgent } from "../store/agents.ts";
import { saveLink } from "../store/calls.ts";

export const checkAgent = command({
  name: "agents.check",
  summary: "Test the connection to an external agent: its health over HTTP, or the handshake of its web socket.",
  route: "POST /agents/{id}/test",
  permission: "agents:write",
  input: ById,
  output: Fields({
    ok: Type.Boolean(),
    response_status: Nullable(Type.Integer()),
    latency_ms: Type.Integer(),
    message: Type.String(),
    checked_at: Time,
  }),
  problems: ["not_found", "conflict", "overloaded"],
  async outside({ env, read }, { id }) {
    const link: Link = await read(async (tx) => linkOf(await getAgent(tx, id), await openSecrets({ tx, env }, id)));
    requireAddress(link);
    return reach(link, env);
  },
  async run({ tx, now, found }, { id }) {
    // `outside` returned it.
    const reached = found as Awaited<ReturnType<typeof reach>>;
    const { ok, message, response_status } = reached;
    await lockAgent(tx, id);
    await saveLink(tx, id, ok ? { last_connected_at: now } : { last_error: message });
    return changed({ ...reached, checked_at: now.toISOString() }, agentTested(id, { ok, message, response_status }));
  },
});
