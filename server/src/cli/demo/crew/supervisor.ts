/** Splits the audit into tasks for the others and answers what they made of it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Handler, Task } from "../../../../../sdk/src/index.ts";
import { listPackages, PACKAGES_MAX } from "../../../demo/packages/list-packages.ts";
import { AuditInput, type BatchInput, parse } from "../../../demo/packages/shapes.ts";
import { splitPackages } from "../../../demo/packages/split.ts";
import { answerQuestions, decideEscalated } from "./oversee.ts";
import { requireOwnFolder } from "./own-folder.ts";
import { REVIEW_TITLE } from "./specialist.ts";
import { isTransient } from "./transient.ts";

/** Between two looks at the tasks it waits for; the lease is kept meanwhile. Milliseconds. */
const LOOK_MS = 1_000;

export function superviseAudit(client: Client, folder: string): Handler {
  return async (task, { signal, progress }) => {
    const input = parse(AuditInput, task.input, "The input of the audit");
    requireOwnFolder(input.path, folder);
    const { packages, isCut } = await listPackages(input.path);
    if (packages.length === 0) throw new Error(`There are no packages in ${input.path}/node_modules.`);
    const batches = splitPackages(packages, input.worker_agent_ids.length);
    await progress({
      packages: packages.length,
      batches: batches.length,
      ...(isCut && { note: `only the first ${PACKAGES_MAX} are audited` }),
    });
    const parts = await delegate(client, task, input, batches);
    return resultOf(client, task, parts, signal);
  };
}

interface Parts {
  /** Everything comes together in it. */
  merge: Task;
  /** Comes back to the supervisor when there is something to decide. */
  review: Task;
}

async function delegate(client: Client, parent: Task, input: AuditInput, batches: string[][]): Promise<Parts> {
  const { path, worker_agent_ids: workers, specialist_agent_id } = input;
  const below = { parent_task_id: parent.id, priority: parent.priority };
  // A second attempt at the audit finds the tasks of the first instead of making them again.
  const once = (name: string) => ({ idempotencyKey: `${name} of ${parent.id}` });
  const made: Task[] = [];
  for (const [index, packages] of batches.entries()) {
    const title = `Batch ${index + 1} of ${batches.length}`;
    const worker = workers[index % workers.length] ?? specialist_agent_id;
    const batch: BatchInput = { path, packages };
    made.push(await client.tasks.create({ ...below, title, assigned_to_agent_id: worker, input: batch }, once(title)));
  }
  const depends_on = made.map(({ id }) => id);
  const forSpecialist = (title: string) =>
    client.tasks.create({ ...below, title, assigned_to_agent_id: specialist_agent_id, depends_on }, once(title));
  return { merge: await forSpecialist("Merge the results"), review: await forSpecialist(REVIEW_TITLE) };
}

/** A server that is away comes back; the lease tells whether it came back too late. */
async function resultOf(client: Client, audit: Task, { merge, review }: Parts, signal: AbortSignal): Promise<unknown> {
  for (;;) {
    try {
      await answerQuestions(client, signal);
      await decideEscalated(client, audit, signal);
      const { status, output } = await client.tasks.get({ id: merge.id }, { signal });
      const reviewed = await client.tasks.get({ id: review.id }, { signal });
      if (status === "completed" && reviewed.status === "completed") return output;
      await requireHope(client, merge, signal);
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
}

/** A part that will never be completed keeps the merging waiting for ever. */
async function requireHope(client: Client, { parent_task_id }: Task, signal: AbortSignal): Promise<void> {
  for (const status of ["failed", "canceled"] as const) {
    const { items } = await client.tasks.list({ parent_task_id: parent_task_id ?? undefined, status }, { signal });
    if (items[0]) throw new Error(`"${items[0].title}" is ${status}, so the audit cannot be whole.`);
  }
}
