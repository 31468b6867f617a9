import { uuidv7 } from "uuidv7";
import { listAgentNames } from "../../agents/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { invalid, notFound, Problem } from "../../kernel/problem.ts";
import { requireTask } from "../../tasks/index.ts";
import { readEvent } from "../event-rules.ts";
import { runStarted } from "../facts.ts";
import { ingest } from "../ingest.ts";
import { Run, StartRunInput } from "../run-schema.ts";
import { getRun, saveMetadata } from "../store/runs.ts";
import { runToWire } from "../to-wire.ts";

export const startRun = command({
  name: "obs.start_run",
  summary: "Start a run of an agent. Events that name its run_id count for the run.",
  route: "POST /obs/runs",
  status: 201,
  permission: "obs:write",
  input: StartRunInput,
  output: Run,
  problems: ["not_found", "forbidden"],
  whilePaused: true,
  async run({ tx, actor, now }, input) {
    const { agent_id = actor.kind === "agent" ? actor.id : undefined, task_id, model, metadata = {} } = input;
    if (agent_id === undefined) throw invalid("/agent_id", "is missing: only the key of an agent may leave it out.");
    if (!(await listAgentNames(tx, [agent_id])).has(agent_id)) throw notFound("agent", agent_id);
    if (task_id !== undefined) await requireTask(tx, task_id);
    if (actor.kind === "agent" && actor.id !== agent_id)
      throw new Problem("forbidden", "An agent starts only its own runs.");
    const run_id = uuidv7();
    const { event, reason } = readEvent({ event_type: "run_started", agent_id, run_id, task_id, model }, now);
    if (!event) throw invalid("", reason);
    await ingest({ tx, actor, now, source: "api" }, [{ event: { ...event, reported: {} } }]);
    await saveMetadata(tx, run_id, metadata);
    const run = runToWire(await getRun(tx, run_id), now);
    return changed(run, runStarted(run_id, { task_id: run.task_id, model: run.model }, { agent_id }));
  },
});
