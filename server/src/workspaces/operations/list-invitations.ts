import { withShownEmail } from "../../kernel/email.ts";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { InvitationList, InvitationPage } from "../schema.ts";
import { listInvitations as listRows } from "../store/invitations.ts";

export const listInvitations = query({
  name: "invitations.list",
  summary: "List the invitations of a workspace with their status, newest first.",
  route: "GET /workspaces/{id}/invitations",
  permission: "members:write",
  workspaceField: "id",
  input: InvitationList,
  output: InvitationPage,
  problems: ["not_found"],
  async run({ tx }, { status, limit, cursor }) {
    const page = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.id],
        rows: ([before] = []) => listRows(tx, { status, before }),
        key: ({ id }) => [id],
      },
    );
    return { ...page, items: page.items.map(withShownEmail) };
  },
});
