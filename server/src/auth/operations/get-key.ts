import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { Key } from "../schema.ts";
import { getKey } from "../store.ts";

export const getWorkspaceKey = query({
  name: "keys.get",
  summary: "Read one key of the workspace. The key itself is never shown again.",
  route: "GET /keys/{id}",
  permission: "keys:read",
  input: Fields({ id: Id }),
  output: Key,
  problems: ["not_found"],
  run: ({ tx }, { id }) => getKey(tx, id),
});
