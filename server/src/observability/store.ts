/** Reads telemetry events from the facts of the steps of tasks, and the numbers of the work for monitors. */
import type { Db } from "../kernel/db/db.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { type FactRow, listOfTypes } from "../kernel/facts/list.ts";
import type { Paged, PageRequest } from "../kernel/paging.ts";
import { listTitles } from "../tasks/index.ts";

export interface ObsEvent {
  id: string;
  agent_id: string | null;
  event_type: string;
  status: "success" | "error" | "info";
  task_id: string;
  payload: Record<string, unknown>;
  occurred_at: string;
  created_at: string;
}

type Kind = Pick<ObsEvent, "event_type" | "status">;
const STARTED: Kind = { event_type: "action_started", status: "info" };
const FINISHED: Kind = { event_type: "action_finished", status: "success" };
const ERROR: Kind = { event_type: "error", status: "error" };

/** The facts that begin or end an attempt at a task. */
const KINDS: Readonly<Record<string, Kind>> = {
  "task.started": STARTED,
  "task.completed": FINISHED,
  "task.retried": ERROR,
  "task.failed": ERROR,
  "task.lease_expired": ERROR,
};

export interface EventFilters {
  agent_id?: string | undefined;
  task_id?: string | undefined;
  event_type?: string | undefined;
}

/** A task that fails with its last lease has two facts. Only the fact of the lease ends the attempt. */
const ENDS_ATTEMPT = { type: "task.failed", with: "previous_status" };

/** Returns telemetry events, newest first. */
export async function listAttempts(tx: ReadTx, filters: EventFilters, page: PageRequest): Promise<Paged<ObsEvent>> {
  const { agent_id, task_id: subject_id, event_type: eventType } = filters;
  const types = Object.keys(KINDS).filter((type) => eventType === undefined || KINDS[type]?.event_type === eventType);
  const { items, next_cursor } = await listOfTypes(tx, { types, only: ENDS_ATTEMPT, agent_id, subject_id }, page);
  const titles = await listTitles(
    tx,
    items.map((fact) => fact.subject_id),
  );
  return { items: items.map((fact) => toWire(fact, titles.get(fact.subject_id) ?? "")), next_cursor };
}

function toWire(fact: FactRow, title: string): ObsEvent {
  const { id, type, agent_id, subject_id: task_id, data, created_at } = fact;
  const kind = KINDS[type] ?? ERROR;
  const why = kind === ERROR && { reason: data.reason ?? type.slice("task.".length) };
  const payload = { source: "task", task_title: title, attempt: data.attempt, ...why };
  return { id, agent_id, ...kind, task_id, payload, occurred_at: created_at, created_at };
}

/** The numbers of the open work in all workspaces. */
export interface WorkNumbers {
  queued: bigint;
  running: bigint;
  blocked: bigint;
  /** 0 when no task is queued. */
  oldest_queued_seconds: bigint;
  replies_overdue: bigint;
  agents_online: bigint;
}

export async function readWorkNumbers(db: Pick<Db, "outside">): Promise<WorkNumbers> {
  const text = `select queued, running, blocked, oldest_queued_seconds, replies_overdue, agents_online from read_work()`;
  const [row] = await db.outside((tx) => tx.statement<WorkNumbers>("obs.read-work", text, []));
  if (!row) throw new Error("read_work returned no row.");
  return row;
}
