import { query } from "../../kernel/operation.ts";
import { decodeCursor, pageOf } from "../../kernel/paging.ts";
import { Fields, Page, PageInput } from "../../kernel/schema.ts";
import { PERMISSION_TABLE } from "../permissions.ts";
import { PermissionRow } from "../schema.ts";

const TABLE_INDEX = /^[0-9]{1,4}$/;

export const listPermissions = query({
  name: "permissions.list",
  summary: "List the permissions with their meaning, and the roles, agents and scopes that have each of them.",
  route: "GET /permissions",
  permission: "auth:read",
  tool: false,
  input: Fields(PageInput),
  output: Page(PermissionRow),
  problems: [],
  async run(_context, { limit, cursor }) {
    const [from = "0"] = decodeCursor(cursor, [TABLE_INDEX]) ?? [];
    const end = Number(from) + limit;
    const rows = PERMISSION_TABLE.slice(Number(from), end);
    return pageOf(rows, end < PERMISSION_TABLE.length, (row) => [PERMISSION_TABLE.indexOf(row) + 1]);
  },
});
