import { may } from "../../kernel/actor.ts";
import { cappedRows } from "../../kernel/db/capped-rows.ts";
import { query } from "../../kernel/operation.ts";
import { Fields, PAGE_SIZE_MAX } from "../../kernel/schema.ts";
import { getWorkspaceName } from "../../tiers/index.ts";
import { PERMISSION_TABLE } from "../permissions.ts";
import { Me } from "../schema.ts";
import { findPerson, listWorkspaces } from "../store/people.ts";

export const getMe = query({
  name: "auth.me",
  summary: "Read your own identity, your permissions and your workspaces.",
  description: "For a key, `user` is null, and `workspaces` has only the key's workspace.",
  route: "GET /auth/me",
  permission: "auth:read",
  tool: false,
  input: Fields({}),
  output: Me,
  problems: [],
  async run({ tx, actor }) {
    const { kind, id } = actor;
    const permissions = PERMISSION_TABLE.filter(({ permission }) => may(actor, permission)).map(
      (row) => row.permission,
    );
    const common = { authenticated: true as const, actor: { kind, id }, permissions };
    if (kind !== "user") {
      const workspace = { id: tx.workspace, name: await getWorkspaceName(tx), role: null };
      return { ...common, user: null, workspaces: [workspace] };
    }
    const user = (await findPerson(tx, id)) ?? null;
    const { rows } = await cappedRows(tx, listWorkspaces(id, undefined, PAGE_SIZE_MAX), PAGE_SIZE_MAX);
    return { ...common, user, workspaces: rows.map(({ id, name, role }) => ({ id, name, role })) };
  },
});
