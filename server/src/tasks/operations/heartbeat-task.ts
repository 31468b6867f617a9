import Type from "typebox";
import { warningsOf } from "../../caps/index.ts";
import { factRecord } from "../../kernel/facts/insert.ts";
import { changed, hotCommand, unchanged } from "../../kernel/operation.ts";
import { Fields, JsonObject } from "../../kernel/schema.ts";
import { noteHeard } from "../../stops/index.ts";
import { reportedFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { holdOf, leaseEnd, leaseLost, requireTake, STEPS } from "../rules.ts";
import { Fence, Heartbeat, LeaseSeconds, TaskId, type TaskRow } from "../schema.ts";
import { holdTask } from "../steps/hold.ts";
import { requireHolder } from "../steps/late.ts";
import { isToStop } from "../stop-rules.ts";
import { findEnding } from "../store/ending.ts";
import { type Beat, type BeatingTask, firstOfEach, heartbeatTasks } from "../store/hold.ts";
import { noteProgress } from "../store/progress.ts";
import { saveStep } from "../store/tasks.ts";
import { toWire } from "../to-wire.ts";

export const heartbeatTask = hotCommand({
  name: "tasks.heartbeat",
  summary: "Extend the lease of a running task that you hold. The answer says when to stop.",
  description:
    "Send a heartbeat well before lease_expires_at. An attempt has a longest time, 24 hours by default, and " +
    "lease_expires_at is never later. `progress` (an object) is added to the task's events. cancel_requested: true " +
    "means that a person canceled the task, or a stop asks for its end while the task is still running: stop the work, and " +
    "release a running task. warnings name daily caps that are nearly used up.",
  route: "POST /tasks/{id}/heartbeat",
  permission: "tasks:write",
  byLease: true,
  requests: "work",
  keeps: keptInputs,
  pastQuota: "overdraws",
  whilePaused: STEPS.heartbeat.whilePaused,
  input: Fields({
    ...TaskId,
    fence: Type.Optional(Fence),
    lease_seconds: Type.Optional(Type.Integer({ ...LeaseSeconds, description: "Without it, as long as before." })),
    progress: Type.Optional(JsonObject),
  }),
  output: Heartbeat,
  problems: ["not_found", "not_assignee", "illegal_step", "lease_lost"],
  async run({ tx, actor, now, env }, { id, fence, lease_seconds, progress }) {
    const held = await holdTask(tx, id);
    const { task } = held;
    await requireHolder(tx, held, "heartbeat", actor, fence);
    const warnings = await warningsOf(tx, task.assigned_to_agent_id);
    if (task.status === "canceled" && task.canceled_by === "user" && (fence ?? task.fence) === task.fence) {
      return unchanged({ task: toWire(task), cancel_requested: true, warnings });
    }
    if (holdOf(task, actor, fence, now) === "lost") throw leaseLost(task);
    const ending = task.status === "running" ? await findEnding(tx, id) : undefined;
    if (ending?.ended_by === "user") return unchanged({ task: toWire(task), cancel_requested: true, warnings });
    if (ending) throw leaseLost({ ...task, status: "canceled" });
    requireTake(held, "heartbeat", actor);
    if (isToStop(task)) {
      await noteHeard(tx, id, task.fence);
      return unchanged({ task: toWire(task, true), cancel_requested: true, warnings });
    }
    const seconds = lease_seconds ?? task.lease_seconds;
    const leased = task.lease_expires_at !== null && seconds !== null;
    const lease = leased ? leaseEnd(task, seconds, env.settings.runHoursMax * 3_600, now) : null;
    if (progress) await noteProgress(tx, id);
    const changes = { is_seen: true, lease_expires_at: lease, lease_seconds: seconds };
    return heartbeatOutcome({ ...(await saveStep(tx, task, changes, now)), warnings }, progress);
  },
  plan(calls, env) {
    const all = calls.flatMap((call, place): Beat[] => {
      const { id, fence, lease_seconds: seconds = null, progress } = call.input;
      if (call.actor.kind !== "agent" || fence === undefined) return [];
      const task = { id, assigned_to_agent_id: call.actor.id, pool_id: null };
      const fact = progress && factRecord(call, reportedFact(task, "progress", progress));
      if (progress && !fact) return [];
      return [{ place, id: task.id, agent_id: call.actor.id, fence, lease_seconds: seconds, fact }];
    });
    const beats = firstOfEach(all);
    return {
      statements: beats.length > 0 ? [heartbeatTasks(beats, env.settings.runHoursMax * 3_600)] : [],
      read([beating = []]) {
        const byPlace = new Map((beating as BeatingTask[]).map((task) => [task.place, task]));
        return calls.map(({ input }, place) => {
          const task = byPlace.get(place);
          return task && heartbeatOutcome(task, input.progress);
        });
      },
    };
  },
});

function heartbeatOutcome(
  task: TaskRow & Pick<BeatingTask, "warnings">,
  progress: Record<string, unknown> | undefined,
) {
  const output = { task: toWire(task, true), cancel_requested: false, warnings: task.warnings };
  if (!progress) return unchanged(output);
  return changed(output, reportedFact(task, "progress", progress));
}
