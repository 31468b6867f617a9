import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, Page, PageInput } from "../../kernel/schema.ts";
import { Session } from "../schema.ts";
import { listSessions as listRows } from "../store/sessions.ts";

export const listSessions = query({
  name: "auth.list_sessions",
  summary: "List your sessions, newest first. The session of this request is marked.",
  route: "GET /auth/sessions",
  permission: "sessions:read",
  tool: false,
  input: Fields(PageInput),
  output: Page(Session),
  problems: [],
  async run({ tx, actor }, { limit, cursor }) {
    const { items, next_cursor } = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.id],
        rows: ([before] = [], rowsMax) => listRows(actor.id, before, rowsMax),
        key: ({ id }) => [id],
      },
    );
    return {
      items: items.map((session) => ({ ...session, is_current: session.id === actor.session_id })),
      next_cursor,
    };
  },
});
