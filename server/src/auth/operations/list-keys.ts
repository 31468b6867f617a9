import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, page, pageSize } from "../../kernel/paging.ts";
import { Fields, Id, Page, PageInput } from "../../kernel/schema.ts";
import { Key, KeyKind, KeyStatus } from "../schema.ts";
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
  output: Page(Key),
  problems: [],
  async run({ tx }, { limit, cursor, ...filter }) {
    const size = pageSize(limit);
    const [before] = decodeCursor(cursor, [CURSOR.id]) ?? [];
    return page(await listKeys(tx, { ...filter, before }, size + 1), size, ({ id }) => [id]);
  },
});
