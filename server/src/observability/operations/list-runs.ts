import Type from "typebox";
import { may } from "../../kernel/actor.ts";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, IncludeTitles, PageInput } from "../../kernel/schema.ts";
import { listTitles } from "../../tasks/index.ts";
import { RunPage, RunStatus } from "../run-schema.ts";
import { listRuns as listRows } from "../store/runs.ts";
import { runToWire } from "../to-wire.ts";

export const listRuns = query({
  name: "obs.list_runs",
  summary: "List the runs of agents, with their usage and cost: those that started last come first.",
  route: "GET /obs/runs",
  permission: "obs:read",
  input: Fields({
    agent_id: Type.Optional(Id),
    task_id: Type.Optional(Id),
    status: Type.Optional(RunStatus),
    include: IncludeTitles,
    ...PageInput,
  }),
  output: RunPage,
  problems: [],
  async run({ tx, actor }, { limit, cursor, include, ...filters }) {
    const { items, next_cursor } = await listRows(tx, filters, { limit, cursor });
    const ids = may(actor, "tasks:read") ? new Set(items.flatMap(({ task_id: id }) => id ?? [])) : [];
    const titles = include === "titles" ? await listTitles(tx, [...ids]) : undefined;
    return {
      items: items.map((run) => runToWire(run, tx.now)),
      next_cursor,
      ...(titles && { task_titles: Object.fromEntries(titles) }),
    };
  },
});
