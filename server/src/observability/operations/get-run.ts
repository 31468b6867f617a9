import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { RunTree, TREE_EVENTS_MAX } from "../run-schema.ts";
import { treeOf } from "../run-tree.ts";
import { listOfRun } from "../store/events.ts";
import { getRun as getRow } from "../store/runs.ts";
import { runToWire } from "../to-wire.ts";

export const getRun = query({
  name: "obs.get_run",
  summary: "Get a run with its events as a tree, each with its own cost and that of the events below it.",
  description: "An event stands below the event whose payload.span_id is its payload.parent_span_id.",
  route: "GET /obs/runs/{id}",
  permission: "obs:read",
  input: Fields({ id: Id }),
  output: RunTree,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const run = await getRow(tx, id);
    const { rows, hasMore } = await listOfRun(tx, run, TREE_EVENTS_MAX);
    return { ...runToWire(run, tx.now), events: treeOf(rows), truncated: hasMore };
  },
});
