/** Proposes to send the report to a register outside, and waits for the person who decides. */
import { setTimeout as sleep } from "node:timers/promises";
import { BailiwickError, type Client, type Task } from "../../../../../sdk/src/index.ts";

/** Without a decision in this time, the audit ends without the register. */
const DECIDE_MS_MAX = 30_000;
const LOOK_EVERY_MS = 500;
const OPEN = ["pending", "approved", "executing"];

export async function fileReport(
  client: Client,
  { id: task_id }: Task,
  { connection_id, packages }: { connection_id: string; packages: number },
  signal: AbortSignal,
): Promise<void> {
  const action = {
    action_type: "send_request",
    service_type: "http",
    connection_id,
    task_id,
    payload: { method: "POST", path: "/reports", body: { audit: task_id, packages } },
    reasoning: "The audit is complete, and the register lists every audit.",
    expires_in_seconds: 60,
  };
  const { id } = await client.actions.propose(action, { idempotencyKey: `report of ${task_id}`, signal });
  const untilMs = Date.now() + DECIDE_MS_MAX;
  while (Date.now() < untilMs) {
    const { status } = await client.actions.get({ id }, { signal });
    if (!OPEN.includes(status)) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  try {
    await client.actions.cancel({ id }, { signal });
  } catch (error) {
    // A person decided at the last moment.
    if (!(error instanceof BailiwickError) || error.isTransient) throw error;
  }
}
