import Type from "typebox";
import { listAway } from "../../agents/index.ts";
import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, page, pageSize } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { gapsOf } from "../gaps.ts";
import { presentTask } from "../present.ts";
import { GAP_SECONDS_DEFAULT, GAP_SECONDS_MAX, GapPage } from "../schema.ts";
import { findTasks } from "../store.ts";
import { listGapIds } from "../store-gaps.ts";

export const listGaps = query({
  name: "tasks.list_gaps",
  summary: "List queued tasks that nobody can take as things are, each with the one reason and what would lift it.",
  description: "A task that only waits for its turn behind others, or for tasks it depends on, is not listed.",
  route: "GET /tasks/gaps",
  permission: "tasks:read",
  input: Fields({
    waiting_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: GAP_SECONDS_MAX,
        default: GAP_SECONDS_DEFAULT,
        description: "Only those that have waited at least so long.",
      }),
    ),
    ...PageInput,
  }),
  output: GapPage,
  problems: [],
  async run({ tx }, { waiting_seconds = GAP_SECONDS_DEFAULT, limit, cursor }) {
    const size = pageSize(limit);
    const [after] = decodeCursor(cursor, [CURSOR.id]) ?? [];
    const away = await listAway(tx);
    const since = new Date(tx.now.getTime() - waiting_seconds * 1_000);
    const ids = await listGapIds(tx, { away, since, after }, size + 1);
    const tasks = await findTasks(tx, ids);
    const gaps = await gapsOf(tx, [...tasks.values()], tx.now);
    const { items, next_cursor } = page(ids, size, (id) => [id]);
    return {
      items: items.flatMap((id) => {
        const [task, gap] = [tasks.get(id), gaps.get(id)];
        return task && gap ? [{ task: presentTask(task), gap }] : [];
      }),
      next_cursor,
    };
  },
});
