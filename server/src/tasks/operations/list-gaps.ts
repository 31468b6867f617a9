import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Defaulted, Fields, PageInput } from "../../kernel/schema.ts";
import { GAP_SECONDS_DEFAULT, GAP_SECONDS_MAX, GapPage } from "../gap-schema.ts";
import { AWAY, gapsOf, listAway } from "../gaps.ts";
import { type AwayCount, countAway, stuckTasks } from "../store/gaps.ts";
import { stuckPools } from "../store/pools.ts";
import { toItem } from "../to-wire.ts";

export const listGaps = query({
  name: "tasks.list_gaps",
  summary: "List queued tasks that no agent can take now, each with one reason and the next step.",
  description: "A task that only waits for its turn or for the tasks it depends on is not listed.",
  route: "GET /tasks/gaps",
  permission: "tasks:read",
  input: Fields({
    waiting_seconds: Defaulted(
      Type.Integer({
        minimum: 0,
        maximum: GAP_SECONDS_MAX,
        description:
          "Only tasks that have waited at least this time. The tasks of an agent that is away, and of a role or of tags " +
          "without an active agent that is here, are listed at once.",
      }),
      GAP_SECONDS_DEFAULT,
    ),
    by_agent: Type.Optional(
      Type.Boolean({
        description:
          "With true, tasks that wait only because their agent is away are not listed but counted in `away`.",
      }),
    ),
    ...PageInput,
  }),
  output: GapPage,
  problems: [],
  async run({ tx }, { waiting_seconds, by_agent, limit, cursor }) {
    const agents = await listAway(tx);
    const pools = await stuckPools(tx, agents);
    const full = [...pools.keys()].filter((id) => pools.get(id) === "pool_at_limit");
    const stuck = [...pools.keys()].filter((id) => !full.includes(id));
    const away = by_agent ? stuck : [...agents, ...stuck];
    const since = new Date(tx.now.getTime() - waiting_seconds * 1_000);
    const { items, next_cursor } = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.id],
        rows: ([after] = [], rowsMax) => stuckTasks(tx, { away, full, since, after }, rowsMax),
        key: ({ id }) => [id],
      },
    );
    const gaps = await gapsOf(tx, items, { agents, pools });
    return {
      items: items.flatMap((task) => {
        const gap = gaps.get(task.id);
        return gap ? [{ task: toItem(task), gap }] : [];
      }),
      next_cursor,
      ...(by_agent && { away: (await countAway(tx, agents)).map(awayAgent) }),
    };
  },
});

function awayAgent({ agent_id, waiting, waiting_since }: AwayCount) {
  return { agent_id, waiting, gap: { ...AWAY, waiting_since } };
}
