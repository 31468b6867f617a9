/** The lifecycle in one process: create, claim, complete, each with its fact and telemetry, through the dispatcher. */
import type { Actor } from "../server/src/kernel/actor.ts";
import type { Operation, PublicCommand } from "../server/src/kernel/operation.ts";
import { claimTasks } from "../server/src/tasks/operations/claim-tasks.ts";
import { completeTask } from "../server/src/tasks/operations/complete-task.ts";
import { createTask } from "../server/src/tasks/operations/create-task.ts";
import type { Claimed, Task } from "../server/src/tasks/schema.ts";
import { requestInfo, type World } from "./world.ts";

/** The input and output of a task, also of a job at pg-boss. */
export const PAYLOAD = { customer: "ACME", steps: [1, 2, 3], note: "Summarise the last ten invoices." };
export const RESULT = { summary: "Ten invoices, two of them late.", confidence: 0.93 };

/** Caller n creates its task for worker n, and then acts as that worker. */
export function lifecycle({ app, owner, workers }: World): (caller: number) => Promise<void> {
  const call = async (operation: Exclude<Operation, PublicCommand>, actor: Actor, input: unknown) => {
    const { output } = await app.dispatcher.dispatch(operation, actor, { input, request: requestInfo() });
    return output;
  };
  return async (caller) => {
    const worker = workers[caller % workers.length];
    if (!worker) throw new Error("There are no workers.");
    const input = { title: "Summarise", assigned_to_agent_id: worker.id, input: PAYLOAD };
    await call(createTask, owner, input);
    const { items } = (await call(claimTasks, worker, {})) as Claimed;
    const [task] = items;
    if (!task) throw new Error("Nothing to claim.");
    const { status } = (await call(completeTask, worker, { id: task.id, fence: task.fence, output: RESULT })) as Task;
    if (status !== "completed") throw new Error(`The task is ${status}.`);
  };
}
