import { changed, command } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { readEvent } from "../event-rules.ts";
import { runFinished } from "../facts.ts";
import { ingest } from "../ingest.ts";
import { FinishRunInput, Run } from "../run-schema.ts";
import { getRun } from "../store/runs.ts";
import { runToWire } from "../to-wire.ts";

export const finishRun = command({
  name: "obs.finish_run",
  summary: "Finish a run with its outcome.",
  description: "Later events that name the run still count for it.",
  route: "POST /obs/runs/{id}/finish",
  permission: "obs:write",
  input: FinishRunInput,
  output: Run,
  problems: ["not_found", "forbidden", "conflict"],
  whilePaused: true,
  async run({ tx, actor, now }, { id, status, error_message }) {
    const { agent_id, task_id, model, finished_at } = await getRun(tx, id);
    if (actor.kind === "agent" && actor.id !== agent_id)
      throw new Problem("forbidden", "An agent finishes only its own runs.");
    const finished = new Problem("conflict", `Run ${id} is finished already.`);
    if (finished_at !== null) throw finished;
    const payload = error_message === undefined ? {} : { error: error_message };
    const given = { event_type: "run_finished", status, agent_id, run_id: id, task_id, model, payload };
    const { event, reason } = readEvent(given, now);
    if (!event) throw invalid("", reason);
    // Of two callers at once, one is a duplicate. A lock on the run would break the order of locks of a batch.
    const own = { ...event, reported: {} };
    const { counts, settle } = await ingest({ tx, actor, now, source: "api" }, [{ event: own }]);
    if (counts.accepted === 0) throw finished;
    const row = await getRun(tx, id);
    // A batch that ended the run after the first read came first.
    if (row.finished_at !== event.occurred_at) throw finished;
    const run = runToWire(row, now);
    const limits = await settle();
    return changed(run, runFinished(id, { status, error_message: run.error_message }, { agent_id }), ...limits);
  },
});
