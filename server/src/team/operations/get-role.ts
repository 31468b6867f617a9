import { query } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { RoleOfAgent } from "../schema.ts";
import { findRole } from "../store.ts";

export const getRole = query({
  name: "team.get_role",
  summary: "Read one agent's role in the team, what the agent may do and its supervisor.",
  route: "GET /team/roles/{agent_id}",
  permission: "team:read",
  input: Fields({ agent_id: Id }),
  output: RoleOfAgent,
  problems: ["not_found"],
  async run({ tx }, { agent_id }) {
    const role = await findRole(tx, agent_id);
    if (!role) throw new Problem("not_found", `Agent ${agent_id} has no role.`);
    return role;
  },
});
