import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, page, pageSize } from "../../kernel/paging.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { listRevisions as listRows } from "../config-store.ts";
import { AgentRevisionPage } from "../schema.ts";
import { getAgent } from "../store.ts";

export const listRevisions = query({
  name: "agents.list_revisions",
  summary: "List every configuration an agent had, the newest first, with what changed and who changed it.",
  route: "GET /agents/{id}/revisions",
  permission: "agents:read",
  input: Fields({ id: Id, ...PageInput }),
  output: AgentRevisionPage,
  problems: ["not_found"],
  async run({ tx }, { id, limit, cursor }) {
    const agent = await getAgent(tx, id);
    const size = pageSize(limit);
    const [before] = decodeCursor(cursor, [CURSOR.integer]) ?? [];
    return page(await listRows(tx, agent.id, size + 1, before), size, ({ revision }) => [revision]);
  },
});
