import { findGate } from "../../gate/index.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { chainToWire } from "../chain.ts";
import { TaskDetail } from "../event-schema.ts";
import { failedDependency, gapsOf } from "../gaps.ts";
import { taskHooks } from "../hooks.ts";
import { stepsNow } from "../rules.ts";
import { EVENTS_SHOWN, TaskId } from "../schema.ts";
import { findAnswer } from "../store/answers.ts";
import { lastEvents } from "../store/events.ts";
import { requireTask } from "../store/tasks.ts";
import { listChain } from "../store/tree.ts";
import { answerToWire, holdsNow, toWire } from "../to-wire.ts";

export const getTask = query({
  name: "tasks.get",
  summary: "Read a task with its latest events, the chain of its creators, and the steps that you may take now.",
  route: "GET /tasks/{id}",
  permission: "tasks:read",
  byLease: true,
  input: Fields(TaskId),
  output: TaskDetail,
  problems: ["not_found"],
  async run({ tx, actor }, { id }) {
    const task = await requireTask(tx, id);
    const chain = await listChain(tx, id);
    const costs = await taskHooks.costs(tx, [id]);
    return {
      ...toWire(task, holdsNow(task, actor)),
      ...costs.get(id),
      ...answerToWire(task, await findAnswer(tx, task)),
      gap: (await gapsOf(tx, [task])).get(id) ?? null,
      events: await lastEvents(tx, id, EVENTS_SHOWN),
      chain: await chainToWire(tx, chain),
      allowed_steps: stepsNow(
        { task, parent: chain.at(-2) },
        { ...actor, isPaused: await isPaused(tx, actor) },
        failedDependency(task),
      ),
    };
  },
});

async function isPaused(tx: ReadTx, { kind, id }: Actor): Promise<boolean> {
  return kind === "agent" && (await findGate(tx, id))?.status === "paused";
}
