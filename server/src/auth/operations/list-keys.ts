import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, page, pageSize } from "../../kernel/paging.ts";
import { Fields, Id, Page, PageInput } from "../../kernel/schema.ts";
import { withLacks } from "../permissions.ts";
import { KeyKind, KeyStatus, KeyWithLacks } from "../schema.ts";
import { listKeys } from "../store.ts";

export const listWorkspaceKeys = query({
  name: "keys.list",
  summary: "List the keys of the workspace, newest first, revoked ones too. The key itself is never shown again.",
  route: "GET /keys",
  permission: "keys:read",
  input: Fields({
    ...PageInput,
    kind: Type.Optional(KeyKind),
    agent_id: Type.Optional(Id),
    status: Type.Optional(KeyStatus),
  }),
  output: Page(KeyWithLacks),
  problems: [],
  async run({ tx }, { limit, cursor, ...filter }) {
    const size = pageSize(limit);
    const [before] = decodeCursor(cursor, [CURSOR.id]) ?? [];
    const keys = await listKeys(tx, { ...filter, before }, size + 1);
    return page(keys.map(withLacks), size, ({ id }) => [id]);
  },
});
