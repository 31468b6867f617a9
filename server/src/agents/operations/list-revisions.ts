import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { AgentRevisionPage } from "../schema.ts";
import { showSecrets } from "../secret-rules.ts";
import { getAgent } from "../store/agents.ts";
import { listRevisions as listRows, revisionConfig } from "../store/configurations.ts";
import { requireReader } from "../to-wire.ts";

export const listRevisions = query({
  name: "agents.list_revisions",
  summary:
    "List the revisions of an agent's configuration, newest first, with the changed fields and who changed them.",
  route: "GET /agents/{id}/revisions",
  permission: "agents:read",
  input: Fields({ id: Id, ...PageInput }),
  output: AgentRevisionPage,
  problems: ["not_found", "forbidden"],
  async run({ tx, actor }, { id, limit, cursor }) {
    const agent = await getAgent(tx, id);
    requireReader(actor, id);
    const { items, next_cursor } = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.integer],
        rows: ([before] = []) => listRows(tx, agent.id, before),
        key: ({ revision }) => [revision],
      },
    );
    const shown = items.map(({ secret_rules, ...revision }) => ({
      ...revision,
      config: showSecrets(revisionConfig({ ...revision, secret_rules })),
    }));
    return { items: shown, next_cursor };
  },
});
