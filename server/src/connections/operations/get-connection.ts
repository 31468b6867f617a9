import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { mayUse } from "../offered.ts";
import { ById, Connection } from "../schema.ts";
import { getConnection as getRow } from "../store/connections.ts";
import { toWire } from "../to-wire.ts";

export const getConnection = query({
  name: "connections.get",
  summary: "Read one connection. Its secret is never shown.",
  route: "GET /connections/{id}",
  permission: "connections:read",
  input: ById,
  output: Connection,
  problems: ["not_found"],
  async run({ tx, actor }, { id }) {
    const row = await getRow(tx, id);
    if (actor.kind === "agent" && (row.status === "disconnected" || !mayUse(row, actor.id))) {
      throw notFound("connection", id);
    }
    return toWire(row, actor);
  },
});
