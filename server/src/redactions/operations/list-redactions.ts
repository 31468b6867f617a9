import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { toWire } from "../rules.ts";
import { ListRedactionsInput, RedactionPage } from "../schema.ts";
import { listRedactions as listRows } from "../store.ts";

export const listRedactions = query({
  name: "redactions.list",
  summary:
    "List the redactions, newest first: the subject, the person who withdrew its content, the time and the reason.",
  route: "GET /redactions",
  permission: "redactions:read",
  input: ListRedactionsInput,
  output: RedactionPage,
  problems: [],
  async run({ tx }, { subject_id, task_id, ...page }) {
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([before] = []) => listRows(tx, { subject_id, task_id }, before),
      key: ({ id }) => [id],
    });
    return { items: items.map(toWire), next_cursor };
  },
});
