/** Cancels the audits of a demo that was killed before it could clean up. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, TaskItem } from "../../../../../sdk/src/index.ts";
import { DemoError } from "./error.ts";

const CHECK_INTERVAL_MS = 500;
const PAGE_SIZE = 200;

/** Cancels open audits without a running supervisor, so that the new crew does not start them. Returns their number. */
export async function cancelLeftovers(client: Client, supervisorId: string, signal: AbortSignal): Promise<number> {
  let canceled = 0;
  for (const { id } of await openAudits(client, supervisorId)) {
    if (!(await isAbandoned(client, id, signal))) continue;
    await client.tasks.cancel({ id, reason: "Left behind by an earlier demo." });
    canceled++;
  }
  return canceled;
}

async function openAudits(client: Client, supervisorId: string): Promise<TaskItem[]> {
  const found: TaskItem[] = [];
  for (const status of ["queued", "running", "blocked"] as const) {
    const { items } = await client.tasks.list({ assigned_to_agent_id: supervisorId, status, limit: PAGE_SIZE });
    found.push(...items.filter(({ depth }) => depth === 0));
  }
  return found;
}

/** Returns false when the audit has ended by itself. A living supervisor renews its lease; a dead one loses it. */
async function isAbandoned(client: Client, id: string, signal: AbortSignal): Promise<boolean> {
  const before = await client.tasks.get({ id });
  for (let task = before; ; task = await client.tasks.get({ id })) {
    if (task.status === "queued" || task.status === "blocked") return true;
    if (task.status !== "running") return false;
    if (task.lease_expires_at !== before.lease_expires_at || task.lease_expires_at === null) throw isRunning(id);
    await sleep(CHECK_INTERVAL_MS, undefined, { signal });
  }
}

function isRunning(id: string): DemoError {
  return new DemoError(`Another demo runs in this workspace (task ${id}). Wait until it ends, or cancel the task.`);
}
