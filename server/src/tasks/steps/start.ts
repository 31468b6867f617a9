/** The ordinary way a task starts: gate, budget and lease in one transaction. */
import {
  appliesTo,
  type Cap,
  type Estimate,
  estimatesOf,
  reserve,
  withReserved,
  wouldBlock,
} from "../../caps/index.ts";
import { allowedModelOf, debitStart, type Gate, type Refusal, saveRefusal } from "../../gate/index.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { type Outcome, refused } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { governanceFact, taskFact } from "../facts.ts";
import { assigneeOf } from "../rules.ts";
import { LEASE_SECONDS_DEFAULT, type Status, type TaskRow } from "../schema.ts";
import { addBudgetLeft, saveStep, UNBLOCKED } from "../store/tasks.ts";
import { type Carried, toWire } from "../to-wire.ts";
import { withUndo } from "../undo-rules.ts";
import { askForRoom } from "./ask-room.ts";
import type { Held } from "./hold.ts";

export interface Lease {
  /** Undefined for the default; null (no lease) for a task that a person runs. */
  seconds: number | null | undefined;
  /** The caller that may undo the start. */
  undoableBy?: Actor;
  /** The agent that takes the task, from its pool if it has one. */
  taker?: string;
  /** The caps of the workspace, locked. */
  caps: readonly Cap[];
}

export interface Begun {
  task: TaskRow;
  /** The caps after the start. */
  caps: readonly Cap[];
  /** Undefined when no cap applies to the agent. */
  estimate: Estimate | undefined;
  /** The policies in shadow mode that would have refused the start. */
  wouldHaveBlocked: string[];
}

/** Starts a task. The caller has checked that the start is not refused. */
export async function beginAttempt(tx: Tx, { task, gate, payer }: Held, lease: Lease, now: Date): Promise<Begun> {
  const reserved = payer ? (task.estimated_cost_nanos ?? 0n) : 0n;
  const agentId = lease.taker ?? gate.agent_id;
  const estimate = await reserveFromCaps(tx, task, agentId, lease.caps);
  const nanos = BigInt(estimate?.estimate ?? 0);
  const seconds = lease.seconds === undefined ? LEASE_SECONDS_DEFAULT : lease.seconds;
  await debitStart(tx, gate.agent_id);
  if (payer) await addBudgetLeft(tx, payer.id, -reserved);
  const changes = {
    ...UNBLOCKED,
    status: "running" as const,
    ...(lease.taker !== undefined && { assigned_to_agent_id: lease.taker }),
    attempt: nextAttempt(task),
    fence: task.fence + 1,
    is_seen: false,
    lease_seconds: seconds,
    lease_expires_at: seconds === null ? null : new Date(now.getTime() + seconds * 1_000).toISOString(),
    started_at: task.started_at ?? now.toISOString(),
    attempt_started_at: now.toISOString(),
    reserved_nanos: reserved,
    cap_estimate_nanos: estimate?.estimate ?? null,
  };
  const { undoableBy, caps } = lease;
  const saved = await saveStep(tx, task, undoableBy ? withUndo(changes, task, "start", undoableBy) : changes, now);
  const wouldHaveBlocked = estimate ? wouldBlock(caps, agentId, nanos, now) : [];
  return { task: saved, caps: withReserved(caps, agentId, nanos), estimate, wouldHaveBlocked };
}

/** Returns the reserved estimate; undefined when no cap applies to the agent. */
async function reserveFromCaps(
  tx: Tx,
  { id }: TaskRow,
  agentId: string,
  caps: readonly Cap[],
): Promise<Estimate | undefined> {
  if (!caps.some((cap) => appliesTo(cap, agentId))) return undefined;
  const estimate = (await estimatesOf(tx, [id], agentId)).get(id) ?? { estimate: "0", source: "none" };
  await reserve(tx, id, agentId, estimate.estimate);
  return estimate;
}

/** The first start is attempt 1. */
function nextAttempt(task: TaskRow): number {
  return task.started_at === null ? 1 : task.attempt + 1;
}

/** The limits on a started task that its holder reads. */
export function limitsOf({ estimate }: Begun, gate: Gate, now: Date): Pick<Carried, "allowedModel" | "estimateSource"> {
  return { allowedModel: allowedModelOf(gate, now), estimateSource: estimate?.source ?? null };
}

type Started = Pick<TaskRow, "id" | "assigned_to_agent_id" | "pool_id" | "attempt" | "fence" | "lease_expires_at">;

export function startedFact(task: Started, from: Status, wouldHaveBlocked: readonly string[] = []): Fact {
  return taskFact(task, "started", {
    previous_status: from,
    attempt: task.attempt,
    fence: task.fence,
    lease_expires_at: task.lease_expires_at,
    ...(wouldHaveBlocked.length > 0 && { would_have_blocked: [...wouldHaveBlocked] }),
  });
}

export function startRefused({ code, reason, next_step, details }: Refusal, task: TaskRow): Problem {
  const more = { ...details, next_step, task: toWire(task) };
  return new Problem("blocked", reason, { blocked: true, reason, reason_code: code, ...more });
}

/** The numbers of the cap, without the address that only its caller needs. */
function headroomIn({ top_up_url: _, policy_id: __, ...numbers }: NonNullable<Refusal["details"]>) {
  return numbers;
}

/** Blocks a task whose start was refused, and stores the reason. */
export async function blockStart(
  tx: Tx,
  { task }: Held,
  refusal: Refusal,
  actor: Actor,
  now: Date,
): Promise<Outcome<never>> {
  const reason = { code: refusal.code, reason: refusal.reason, next_step: refusal.next_step };
  const policy_id = refusal.details?.policy_id ?? undefined;
  const { stop_id } = refusal;
  const cause = { ...(policy_id !== undefined && { policy_id }), ...(stop_id !== undefined && { stop_id }) };
  const blocked_reason = { ...reason, ...cause };
  const blocked = await saveStep(tx, task, { status: "blocked", blocked_by: "guard", blocked_reason }, now);
  const at = now.toISOString();
  await saveRefusal(tx, task.assigned_to_agent_id, {
    code: refusal.code,
    reason: refusal.reason,
    task_id: task.id,
    at,
  });
  const asks = await askForRoom(tx, { refusal, agentId: assigneeOf(task), title: task.title }, actor);
  return refused(
    startRefused(refusal, blocked),
    taskFact(task, "blocked", {
      previous_status: task.status,
      ...blocked_reason,
      by: actor.kind,
      ...(refusal.details && { headroom: headroomIn(refusal.details) }),
    }),
    governanceFact("task_blocked", task, { reason: refusal.reason }),
    ...asks,
  );
}
