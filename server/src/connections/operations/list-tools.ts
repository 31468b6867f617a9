import { query } from "../../kernel/operation.ts";
import { listPage } from "../../kernel/paging.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { mayUse } from "../offered.ts";
import { getConnection } from "../store/connections.ts";
import { listToolRows } from "../store/tools.ts";
import { PinnedToolPage, toolToWire } from "../tool-schema.ts";

const NAME = /^\S{1,100}$/;

export const listTools = query({
  name: "connections.list_tools",
  summary: "List the tools of a connected MCP server, as they were when a person last accepted them.",
  route: "GET /connections/{id}/tools",
  permission: "connections:read",
  tool: false,
  input: Fields({ id: Id, ...PageInput }),
  output: PinnedToolPage,
  problems: ["not_found"],
  async run({ tx, actor }, { id, ...page }) {
    const row = await getConnection(tx, id);
    if (actor.kind === "agent" && !mayUse(row, actor.id)) throw notFound("connection", id);
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [NAME],
      rows: ([after] = []) => listToolRows(tx, id, after),
      key: ({ name }) => [name],
    });
    return { items: items.map(toolToWire), next_cursor };
  },
});
