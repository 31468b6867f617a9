import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { ConnectionPage, ConnectionStatus, ServiceType } from "../schema.ts";
import { listConnections as listRows } from "../store/connections.ts";
import { toWire } from "../to-wire.ts";

export const listConnections = query({
  name: "connections.list",
  summary: "List the connected services, newest first. Secrets are never shown. An agent sees those that it may use.",
  route: "GET /connections",
  aliases: ["GET /superpowers/list"],
  permission: "connections:read",
  input: Fields({
    status: Type.Optional(ConnectionStatus),
    service_type: Type.Optional(ServiceType),
    ...PageInput,
  }),
  output: ConnectionPage,
  problems: [],
  async run({ tx, actor }, { status, service_type, ...page }) {
    const agent_id = actor.kind === "agent" ? actor.id : undefined;
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([before] = []) => listRows(tx, { before, status, service_type, agent_id }),
      key: ({ id }) => [id],
    });
    return { items: items.map((row) => toWire(row, actor)), next_cursor };
  },
});
