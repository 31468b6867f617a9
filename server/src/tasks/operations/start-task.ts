import Type from "typebox";
import { lockCaps } from "../../caps/index.ts";
import type { Refusal } from "../../gate/index.ts";
import type { Actor } from "../../kernel/actor.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { failedDependency } from "../gaps.ts";
import { WantsEnv } from "../holder-schema.ts";
import { keptInputs } from "../kept-inputs.ts";
import { requireTake } from "../rules.ts";
import { LEASE_SECONDS_DEFAULT, LeaseSeconds, MCP_LEASE_SECONDS_DEFAULT, Task, TaskId } from "../schema.ts";
import { holdTask } from "../steps/hold.ts";
import { beginAttempt, blockStart, limitsOf, startedFact, startRefused } from "../steps/start.ts";
import { findCarried } from "../store/carried.ts";
import { findEnding } from "../store/ending.ts";
import { findRefusals } from "../store/refusals.ts";
import { toHolder } from "../to-wire.ts";
import { workerEnv } from "../worker-env.ts";

export const startTask = command({
  name: "tasks.start",
  summary: "Start a specific task that is assigned to you, instead of claiming the next one.",
  description:
    "The answer contains the fence for heartbeat, block, complete and fail. If a limit forbids the start, the task " +
    "becomes blocked, and the problem contains the reason and the next step.",
  route: "POST /tasks/{id}/start",
  permission: "tasks:write",
  requests: "work",
  mcpDefaults: { lease_seconds: MCP_LEASE_SECONDS_DEFAULT, env: false },
  keeps: keptInputs,
  // The gate refuses the start of a paused agent, and the task contains the reason.
  whilePaused: true,
  input: Fields({
    ...TaskId,
    lease_seconds: Type.Optional(
      Type.Integer({
        ...LeaseSeconds,
        description: `Without it, an agent gets ${LEASE_SECONDS_DEFAULT}, over MCP ${MCP_LEASE_SECONDS_DEFAULT}, and a person gets no lease.`,
      }),
    ),
    env: WantsEnv,
  }),
  output: Task,
  problems: ["not_found", "not_assignee", "illegal_step", "blocked", "conflict"],
  async run({ tx, actor, now, env }, { id, lease_seconds, env: wantsEnv }) {
    const held = await holdTask(tx, id);
    requireTake(held, "start", actor);
    // The task is about to end with a task above it.
    if (await findEnding(tx, id)) requireTake({ ...held, task: { ...held.task, status: "canceled" } }, "start", actor);
    const failed = failedDependency(held.task);
    if (failed) throw startRefused(failed, held.task);
    const caps = await lockCaps(tx);
    const refusal = (await findRefusals(tx, [id])).get(id);
    if (refusal) return blockStart(tx, held, withTopUp(refusal, actor, env.publicUrl), actor, now);
    const seconds = actor.kind === "agent" ? lease_seconds : (lease_seconds ?? null);
    const begun = await beginAttempt(tx, held, { seconds, undoableBy: actor, caps }, now);
    const { task, wouldHaveBlocked } = begun;
    // A person works without a process of ours.
    const variables = wantsEnv && actor.kind === "agent" ? workerEnv(task, env.publicUrl) : undefined;
    return changed(
      toHolder(task, { ...(await findCarried(tx, task)), ...limitsOf(begun, held.gate, now) }, variables),
      startedFact(task, held.task.status, wouldHaveBlocked),
    );
  },
});

/** Adds the page on which people top up the cap. */
function withTopUp(refusal: Refusal, { kind }: Actor, publicUrl: string): Refusal {
  const { details } = refusal;
  return details && kind === "user"
    ? { ...refusal, details: { ...details, top_up_url: `${publicUrl}/limits` } }
    : refusal;
}
