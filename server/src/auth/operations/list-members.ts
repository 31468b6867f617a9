import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, page, pageSize } from "../../kernel/paging.ts";
import { Fields, Id, Page, PageInput } from "../../kernel/schema.ts";
import { listMembers } from "../people-store.ts";
import { Member } from "../schema.ts";

export const listWorkspaceMembers = query({
  name: "members.list",
  summary: "List the people of a workspace you are a member of, with their roles.",
  route: "GET /workspaces/{id}/members",
  permission: "members:read",
  workspaceField: "id",
  input: Fields({ ...PageInput, id: Id }),
  output: Page(Member),
  problems: ["not_found"],
  async run({ tx, actor }, { id, limit, cursor }) {
    const size = pageSize(limit);
    const [joined_at = "", user_id = ""] = decodeCursor(cursor, [CURSOR.time, CURSOR.id]) ?? [];
    const rows = await listMembers(tx, actor.id, id, cursor ? { joined_at, id: user_id } : undefined, size + 1);
    return page(rows, size, (row) => [row.joined_at, row.user_id]);
  },
});
