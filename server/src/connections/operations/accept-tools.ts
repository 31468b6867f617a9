import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { connectionToolsAccepted } from "../facts.ts";
import { requireConnected } from "../rules.ts";
import { UNSEEN } from "../services/tool-rules.ts";
import { lockConnection } from "../store/connections.ts";
import { listAllTools, saveTools } from "../store/tools.ts";
import { AcceptTools, PinnedTool, type ToolRow, toolToWire } from "../tool-schema.ts";

export const acceptTools = command({
  name: "connections.accept_tools",
  summary: "Accept changed tools of an MCP server, so that agents can propose them again.",
  route: "POST /connections/{id}/accept-tools",
  permission: "connections:write",
  input: AcceptTools,
  output: Fields({ items: Type.Array(PinnedTool) }),
  problems: ["not_found", "conflict", "stale"],
  async run({ tx }, { id, tools }) {
    const { name, service_type, ...connection } = await lockConnection(tx, id);
    requireConnected(connection);
    const rows = new Map((await listAllTools(tx, id)).map((row) => [row.name, row]));
    const accepted = tools.map((given): ToolRow => {
      const row = rows.get(given.name);
      if (!row) throw notFound("tool", given.name);
      if (row.seen === null || row.seen_digest !== given.digest) {
        throw new Problem("stale", `The tool ${given.name} is not as you saw it.`, { next_step: "Read it again." });
      }
      return { ...row, state: "pinned", digest: given.digest, definition: row.seen, ...UNSEEN };
    });
    await saveTools(tx, id, accepted);
    const names = accepted.map((row) => row.name);
    return changed(
      { items: accepted.map(toolToWire) },
      connectionToolsAccepted(id, { name, service_type, tools: names }),
    );
  },
});
