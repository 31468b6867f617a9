import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, page, pageSize } from "../../kernel/paging.ts";
import { Fields, Page, PageInput } from "../../kernel/schema.ts";
import { listWorkspaces } from "../people-store.ts";
import { Workspace } from "../schema.ts";

export const listOwnWorkspaces = query({
  name: "workspaces.list",
  summary: "List the workspaces you are a member of, your own first, with your role in each.",
  route: "GET /workspaces",
  permission: "workspaces:read",
  input: Fields(PageInput),
  output: Page(Workspace),
  problems: [],
  async run({ tx, actor }, { limit, cursor }) {
    const size = pageSize(limit);
    const [joined_at = "", id = ""] = decodeCursor(cursor, [CURSOR.time, CURSOR.id]) ?? [];
    const rows = await listWorkspaces(tx, actor.id, cursor ? { joined_at, id } : undefined, size + 1);
    const { items, next_cursor } = page(rows, size, (row) => [row.joined_at, row.id]);
    return { items: items.map(({ joined_at: _, ...workspace }) => workspace), next_cursor };
  },
});
