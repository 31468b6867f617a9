/** What time alone does to tasks: leases end, due times pass, causes of a refusal go away. */
import Type from "typebox";
import type { CommandContext } from "../../kernel/operation.ts";
import { changed, command, type Fact, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { escalate } from "../escalation.ts";
import { taskFact } from "../facts.ts";
import { endAttempt } from "../finish.ts";
import { holdTask } from "../hold.ts";
import { leaseEnded } from "../rules.ts";
import { findDueEscalation, findEndedLease, markOverdue, unblockGuarded } from "../store-sweep.ts";

export const sweepTasks = command({
  name: "tasks.sweep",
  summary: "Do what time alone does to the tasks of one workspace.",
  route: "POST /internal/tasks/sweep",
  internal: true,
  permission: "tasks:sweep",
  input: Fields({}),
  output: Fields({
    escalated: Type.Integer(),
    leases_ended: Type.Integer(),
    overdue: Type.Integer(),
    unblocked: Type.Integer(),
  }),
  problems: [],
  async run(context) {
    const { tx } = context;
    // First, because it holds the workspace, which comes before every other lock.
    const escalated = await goOnUp(context);
    const ended = await endLease(context);
    const overdue = await markOverdue(tx);
    const unblocked = await unblockGuarded(tx);
    const facts = [
      ...escalated,
      ...ended.facts,
      ...overdue.map((task) => taskFact(task, "overdue", { due_at: task.due_at })),
      ...unblocked.map((task) => taskFact(task, "unblocked", { cause: task.code })),
    ];
    const output = {
      escalated: escalated.length === 0 ? 0 : 1,
      leases_ended: ended.count,
      overdue: overdue.length,
      unblocked: unblocked.length,
    };
    const [first, ...more] = facts;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});

/** Takes one task a level further up whose deadline passed while it waited. */
async function goOnUp({ tx, now }: CommandContext): Promise<Fact[]> {
  const id = await findDueEscalation(tx);
  if (id === undefined) return [];
  await lockWorkspace(tx);
  const held = await holdTask(tx, id);
  const { status, escalates_at, escalation_seconds: seconds } = held.task;
  // Somebody may have begun between the look and the lock.
  if (status !== "queued" || escalates_at === null || seconds === null) return [];
  if (Date.parse(escalates_at) > now.getTime()) return [];
  return (await escalate({ tx, now }, held, { reason: "Nobody began with it in time.", seconds })).facts;
}

/** One a transaction, so that it holds what is round one task and no more. Whoever sweeps asks again while there was one. */
async function endLease({ tx, actor, now }: CommandContext): Promise<{ count: number; facts: Fact[] }> {
  const id = await findEndedLease(tx);
  const held = id === undefined ? undefined : await holdTask(tx, id, { finishing: true });
  // A heartbeat may have come between the look and the lock.
  if (held?.task.status !== "running" || !leaseEnded(held.task, now)) return { count: 0, facts: [] };
  const end = { reason: "lease_expired", retryable: true, voidFence: true };
  const { task, facts: below } = await endAttempt(tx, held, actor, end, now);
  const { attempt, fence, assigned_to_agent_id: agent_id } = held.task;
  const expired = taskFact(task, "lease_expired", { attempt, fence, agent_id, available_at: task.available_at });
  const failed = taskFact(task, "failed", { reason: "lease_expired", attempt });
  return { count: 1, facts: [expired, ...below, ...(task.status === "failed" ? [failed] : [])] };
}
