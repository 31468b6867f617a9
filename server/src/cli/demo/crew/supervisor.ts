/** Splits the audit into tasks for the others and returns the merged report. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Handler, Task } from "../../../../../sdk/src/index.ts";
import { listPackages, PACKAGES_MAX } from "../../../demo/packages/list-packages.ts";
import { AuditInput, type BatchInput, parse } from "../../../demo/packages/shapes.ts";
import { splitPackages } from "../../../demo/packages/split.ts";
import { isTransient, requireOwnFolder } from "./checks.ts";
import { answerQuestions, decideEscalated, type Oversight } from "./oversee.ts";
import { fileReport } from "./report.ts";
import { REVIEW_TITLE } from "./specialist.ts";

/** The interval between two checks of the other tasks. The lease is kept meanwhile. */
const CHECK_INTERVAL_MS = 1_000;

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
    const report = await resultOf(client, { audit: task, askedId: input.asked_user_id }, parts, signal);
    const { register_connection_id: connection_id } = input;
    if (connection_id !== undefined)
      await fileReport(client, task, { connection_id, packages: packages.length }, signal);
    return report;
  };
}

interface Parts {
  /** Merges the results of all batches. */
  merge: Task;
  /** Is escalated to the supervisor when there is something to decide. */
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

/** Ignores a server that cannot be reached for a while; if it takes too long, the lease ends the task. */
async function resultOf(
  client: Client,
  oversight: Oversight,
  { merge, review }: Parts,
  signal: AbortSignal,
): Promise<unknown> {
  for (;;) {
    try {
      await answerQuestions(client, signal);
      await decideEscalated(client, oversight, signal);
      const { status, output } = await client.tasks.get({ id: merge.id }, { signal });
      const reviewed = await client.tasks.get({ id: review.id }, { signal });
      if (status === "completed" && reviewed.status === "completed") return output;
      await requireCompletable(client, merge, signal);
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await sleep(CHECK_INTERVAL_MS, undefined, { signal });
  }
}

/** Throws when a part failed or was canceled: the merging would wait for it for ever. */
async function requireCompletable(client: Client, { parent_task_id }: Task, signal: AbortSignal): Promise<void> {
  for (const status of ["failed", "canceled"] as const) {
    const { items } = await client.tasks.list({ parent_task_id: parent_task_id ?? undefined, status }, { signal });
    if (items[0]) throw new Error(`"${items[0].title}" is ${status}, so the audit cannot be completed.`);
  }
}
