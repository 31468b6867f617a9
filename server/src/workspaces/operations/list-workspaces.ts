import { listWorkspaces as listRows } from "../../auth/index.ts";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, Page, PageInput } from "../../kernel/schema.ts";
import { Workspace } from "../schema.ts";

export const listWorkspaces = query({
  name: "workspaces.list",
  summary: "List the workspaces of which you are a member, your own first, with your role in each.",
  route: "GET /workspaces",
  permission: "workspaces:read",
  input: Fields(PageInput),
  output: Page(Workspace),
  problems: [],
  async run({ tx, actor }, { limit, cursor }) {
    const { items, next_cursor } = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.time, CURSOR.id],
        rows: (after, rowsMax) => listRows(actor.id, after, rowsMax),
        key: (row) => [row.joined_at, row.id],
      },
    );
    return { items: items.map(({ joined_at: _, ...workspace }) => workspace), next_cursor };
  },
});
