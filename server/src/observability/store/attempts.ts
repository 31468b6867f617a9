/** Reads the events of the steps of tasks from their facts. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { type FactRow, listOfTypes } from "../../kernel/facts/list.ts";
import { findFactOf } from "../../kernel/facts/whole.ts";
import type { Paged, PageRequest } from "../../kernel/paging.ts";
import { listTitles } from "../../tasks/index.ts";
import type { ObsEvent } from "../schema.ts";

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

export interface AttemptFilters {
  agent_id?: string | undefined;
  task_id?: string | undefined;
  event_type?: string | undefined;
  status?: string | undefined;
}

/** A task that fails with its last lease has two facts. Only the fact of the lease ends the attempt. */
const ENDS_ATTEMPT = { type: "task.failed", with: "previous_status" };

export type Attempt = ObsEvent & { seq: bigint };

/** Returns the events of the steps, newest first. */
export async function listAttempts(tx: ReadTx, filters: AttemptFilters, page: PageRequest): Promise<Paged<Attempt>> {
  const { agent_id, task_id: subject_id, event_type: type, status } = filters;
  const types = Object.entries(KINDS).flatMap(([fact, kind]) =>
    (type === undefined || kind.event_type === type) && (status === undefined || kind.status === status) ? [fact] : [],
  );
  if (types.length === 0) return { items: [], next_cursor: null };
  const { items, next_cursor } = await listOfTypes(tx, { types, only: ENDS_ATTEMPT, agent_id, subject_id }, page);
  const titles = await listTitles(
    tx,
    items.map((fact) => fact.subject_id),
  );
  return { items: items.map((fact) => attemptOf(fact, titles.get(fact.subject_id) ?? "")), next_cursor };
}

/** Returns the event of one step of the task. */
export async function findAttempt(tx: ReadTx, taskId: string, id: string): Promise<ObsEvent | undefined> {
  const fact = await findFactOf(tx, { subject_id: taskId, type: "task." }, id);
  const isShown = fact?.type !== ENDS_ATTEMPT.type || ENDS_ATTEMPT.with in fact.data;
  if (!fact || !Object.hasOwn(KINDS, fact.type) || !isShown) return;
  const titles = await listTitles(tx, [taskId]);
  const { seq: _seq, ...event } = attemptOf(fact, titles.get(taskId) ?? "");
  return event;
}

const NO_USAGE = {
  source: "task",
  run_id: null,
  provider: null,
  model: null,
  tokens_in: null,
  tokens_out: null,
  tokens_cached: null,
  tokens_cache_write: null,
  tokens_cache_write_1h: null,
  tokens_reasoning: null,
  web_searches: null,
  service_tier: null,
  billing_mode: null,
  cost_usd: null,
  list_cost_usd: null,
  cost_source: null,
  price_source: null,
  unpriced_classes: [],
  latency_ms: null,
} as const satisfies Partial<ObsEvent>;

function attemptOf(fact: FactRow, title: string): Attempt {
  const { id, type, agent_id, subject_id: task_id, data, created_at, seq } = fact;
  const kind = KINDS[type] ?? ERROR;
  const why = kind === ERROR && { reason: data.reason ?? type.slice("task.".length) };
  const payload = { source: "task", task_title: title, attempt: data.attempt, ...why };
  return {
    ...NO_USAGE,
    ...kind,
    unpriced_classes: [],
    id,
    agent_id,
    task_id,
    payload,
    occurred_at: created_at,
    created_at,
    seq,
  };
}
