import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, page, pageSize } from "../../kernel/paging.ts";
import { Fields, Page, PageInput } from "../../kernel/schema.ts";
import { listSessions } from "../people-store.ts";
import { Session } from "../schema.ts";

export const listOwnSessions = query({
  name: "auth.list_sessions",
  summary: "List the places where you are signed in, newest first.",
  route: "GET /auth/sessions",
  permission: "sessions:read",
  tool: false,
  input: Fields(PageInput),
  output: Page(Session),
  problems: [],
  async run({ tx, actor }, { limit, cursor }) {
    const size = pageSize(limit);
    const [before] = decodeCursor(cursor, [CURSOR.id]) ?? [];
    return page(await listSessions(tx, actor.id, before, size + 1), size, ({ id }) => [id]);
  },
});
