import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
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
    ...PageInput,
  }),
  output: RunPage,
  problems: [],
  async run({ tx }, { limit, cursor, ...filters }) {
    const { items, next_cursor } = await listRows(tx, filters, { limit, cursor });
    return { items: items.map((run) => runToWire(run, tx.now)), next_cursor };
  },
});
