import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { RolePage, TeamRoleName } from "../schema.ts";
import { listRoles as listRows } from "../store.ts";

export const listRoles = query({
  name: "team.list_roles",
  summary: "List the agents that have a role in the team: supervisors, workers and specialists.",
  route: "GET /team/roles",
  permission: "team:read",
  input: Fields({ role: Type.Optional(TeamRoleName), ...PageInput }),
  output: RolePage,
  problems: [],
  async run({ tx }, { role, limit, cursor }) {
    return listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.id],
        rows: ([after] = []) => listRows(tx, { role, after }),
        key: ({ agent_id }) => [agent_id],
      },
    );
  },
});
