import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, Id, Page, PageInput } from "../../kernel/schema.ts";
import { KeyKind, KeyStatus, KeyWithLacks } from "../schema.ts";
import { listKeys as listRows } from "../store/keys.ts";
import { toWire } from "../to-wire.ts";

export const listKeys = query({
  name: "keys.list",
  summary: "List the keys of the workspace, newest first, also revoked ones. The secret is never shown again.",
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
    const { items, next_cursor } = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.id],
        rows: ([before] = []) => listRows(tx, { ...filter, before }),
        key: ({ id }) => [id],
      },
    );
    return { items: items.map(toWire), next_cursor };
  },
});
