/** Cleans up after a demo that was killed before it could do so itself. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Task } from "../../../../../sdk/src/index.ts";
import { DemoError } from "./error.ts";

const LOOK_MS = 500;
const PAGE_SIZE = 200;

/** Ends open audits that nobody works on, so that the crew does not begin with them. Answers how many. */
export async function cancelLeftovers(client: Client, supervisorId: string, signal: AbortSignal): Promise<number> {
  let canceled = 0;
  for (const { id } of await openAudits(client, supervisorId)) {
    if (!(await isAbandoned(client, id, signal))) continue;
    await client.tasks.cancel({ id, reason: "Left behind by an earlier demo." });
    canceled++;
  }
  return canceled;
}

async function openAudits(client: Client, supervisorId: string): Promise<Task[]> {
  const found: Task[] = [];
  for (const status of ["queued", "running", "blocked"] as const) {
    const { items } = await client.tasks.list({ assigned_to_agent_id: supervisorId, status, limit: PAGE_SIZE });
    found.push(...items.filter(({ depth }) => depth === 0));
  }
  return found;
}

/** False when it has ended by itself. A supervisor that lives prolongs its lease; a dead one loses it in the end. */
async function isAbandoned(client: Client, id: string, signal: AbortSignal): Promise<boolean> {
  const before = await client.tasks.get({ id });
  for (let task = before; ; task = await client.tasks.get({ id })) {
    if (task.status === "queued" || task.status === "blocked") return true;
    if (task.status !== "running") return false;
    if (task.lease_expires_at !== before.lease_expires_at || task.lease_expires_at === null) throw isRunning(id);
    await sleep(LOOK_MS, undefined, { signal });
  }
}

function isRunning(id: string): DemoError {
  return new DemoError(`Another demo runs in this workspace (task ${id}). Wait for its end, or cancel the task.`);
}
