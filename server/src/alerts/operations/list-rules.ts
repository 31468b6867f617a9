import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { AlertRulePage } from "../schema.ts";
import { listRules as listRows } from "../store/rule-rows.ts";
import { toWire } from "../to-wire.ts";

export const listRules = query({
  name: "alerts.list_rules",
  summary: "List the alert rules of the workspace, newest first.",
  route: "GET /obs/alerts/rules",
  permission: "alerts:read",
  input: Fields(PageInput),
  output: AlertRulePage,
  problems: [],
  async run({ tx }, page) {
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([before = null]: readonly (string | null)[] = []) => listRows(tx, before),
      key: ({ id }) => [id],
    });
    return { items: items.map(toWire), next_cursor };
  },
});
