import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { Stop } from "../schema.ts";
import { getStop as getRow } from "../store.ts";
import { oneToWire } from "../to-wire.ts";

export const getStop = query({
  name: "stops.get",
  summary: "Read one stop: its parts in force, and what is confirmed.",
  route: "GET /stops/{id}",
  permission: "risk:read",
  input: Fields({ id: Id }),
  output: Stop,
  problems: ["not_found"],
  run: async ({ tx }, { id }) => oneToWire(tx, await getRow(tx, id)),
});
