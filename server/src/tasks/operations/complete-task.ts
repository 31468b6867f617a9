import Type from "typebox";
import { factRecord } from "../../kernel/facts/insert.ts";
import { changed, hotCommand } from "../../kernel/operation.ts";
import { Defaulted, Fields, Json } from "../../kernel/schema.ts";
import { summaryOf, taskFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { requireNoOpenChildren, STEPS, uncountAttempt } from "../rules.ts";
import { Fence, type Status, Task, TaskId } from "../schema.ts";
import { finish } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { applyOrKeep } from "../steps/late.ts";
import { type Completion, completeTasks, firstOfEach, type PlacedTask } from "../store/hold.ts";
import { toWire } from "../to-wire.ts";

export const completeTask = hotCommand({
  name: "tasks.complete",
  summary: "Finish a running task that you hold, with its result in output.",
  description:
    "The children must be finished first. With detach: true, they continue without the task. After your lease ended, " +
    "the result is still applied while no agent has taken the task again.",
  route: "POST /tasks/{id}/complete",
  permission: "tasks:write",
  byLease: true,
  requests: "work",
  keeps: keptInputs,
  pastQuota: "overdraws",
  whilePaused: STEPS.complete.whilePaused,
  input: Fields({
    ...TaskId,
    fence: Type.Optional(Fence),
    output: Type.Optional(Json),
    detach: Defaulted(Type.Boolean(), false),
  }),
  output: Task,
  problems: ["not_found", "not_assignee", "illegal_step", "lease_lost", "open_children"],
  async run({ tx, actor, now }, { id, fence, output = null, detach }) {
    const held = await holdTask(tx, id, { finishing: true });
    const way = await applyOrKeep(tx, held, actor, { step: "complete", fence, output }, now);
    if (way.kind !== "applied") return way;
    const { task } = held;
    if (!detach) requireNoOpenChildren(task);
    const result = { output, result_of_attempt: task.attempt };
    // With the fence of the holder, a repeat of the call is refused as for other completed tasks.
    const own = way.isQueued && fence !== undefined ? { fence, assigned_to_agent_id: actor.id } : {};
    const counts = way.isCounted ? uncountAttempt(task) : {};
    const { task: done, facts } = await finish(tx, held, { ...result, ...own, ...counts, status: "completed" }, now);
    const completed = completedFact(done, output, detach && task.open_children > 0, task.status);
    return changed(toWire(done), completed, ...facts);
  },
  plan(calls) {
    const all = calls.flatMap((call, place): Completion[] => {
      const { id, fence, output = null, detach } = call.input;
      if (call.actor.kind !== "agent" || fence === undefined || detach) return [];
      const task = { id, assigned_to_agent_id: call.actor.id, pool_id: null, attempt: 0 };
      const fact = factRecord(call, completedFact(task, output, false));
      return fact ? [{ place, id: task.id, agent_id: call.actor.id, fence, output, fact }] : [];
    });
    const completions = firstOfEach(all);
    return {
      statements: completions.length > 0 ? [completeTasks(completions)] : [],
      read([done = []]) {
        const byPlace = new Map((done as PlacedTask[]).map((task) => [task.place, task]));
        return calls.map(({ input }, place) => {
          const task = byPlace.get(place);
          return task && changed(toWire(task), completedFact(task, input.output, false));
        });
      },
    };
  },
});

function completedFact(
  task: Parameters<typeof taskFact>[0] & { attempt: number },
  output: unknown,
  detached: boolean,
  previous_status: Status = "running",
) {
  return taskFact(task, "completed", {
    previous_status,
    attempt: task.attempt,
    ...summaryOf(output),
    ...(detached && { detached: true }),
  });
}
