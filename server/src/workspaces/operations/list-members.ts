import { withShownEmail } from "../../kernel/email.ts";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, Id, Page, PageInput } from "../../kernel/schema.ts";
import { Member } from "../schema.ts";
import { listMembers as listRows } from "../store/members.ts";

export const listMembers = query({
  name: "members.list",
  summary: "List the members of one of your workspaces with their roles.",
  route: "GET /workspaces/{id}/members",
  permission: "members:read",
  workspaceField: "id",
  input: Fields({ ...PageInput, id: Id }),
  output: Page(Member),
  problems: ["not_found"],
  async run({ tx, actor }, { id, limit, cursor }) {
    const page = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.time, CURSOR.id],
        rows: (after, rowsMax) => listRows({ reader: actor.id, workspace: id }, after, rowsMax),
        key: (row) => [row.joined_at, row.user_id],
      },
    );
    return { ...page, items: page.items.map(withShownEmail) };
  },
});
