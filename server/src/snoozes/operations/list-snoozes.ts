import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { marksOf } from "../marks.ts";
import { SnoozePage } from "../schema.ts";
import { listSnoozes as listRows } from "../store.ts";

export const listSnoozes = query({
  name: "snoozes.list",
  summary: "List the tasks and messages that you put away from your inbox, and that are not back yet.",
  route: "GET /snoozes",
  permission: "snoozes:read",
  input: Fields(PageInput),
  output: SnoozePage,
  problems: [],
  async run({ tx, actor }, page) {
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([after] = []) => listRows(tx, actor.id, after),
      key: ({ id }) => [id],
    });
    const marks = await marksOf(tx, actor, items);
    const away = items.filter(({ id, mark }) => marks.get(id) === mark);
    return { items: away.map(({ kind, id, until }) => ({ kind, id, until })), next_cursor };
  },
});
