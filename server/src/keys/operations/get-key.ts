import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { KeyWithLacks } from "../schema.ts";
import { getKey as getRow } from "../store/keys.ts";
import { toWire } from "../to-wire.ts";

export const getKey = query({
  name: "keys.get",
  summary: "Read one key of the workspace. The secret is never shown again.",
  route: "GET /keys/{id}",
  permission: "keys:read",
  input: Fields({ id: Id }),
  output: KeyWithLacks,
  problems: ["not_found"],
  run: async ({ tx }, { id }) => toWire(await getRow(tx, id)),
});
