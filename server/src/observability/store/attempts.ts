/** Reads the events of the steps of tasks from their facts. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { type FactRow, listOfTypes } from "../../kernel/facts/list.ts";
import { type Nearest, nearestOfType } from "../../kernel/facts/nearest.ts";
import { findFactOf } from "../../kernel/facts/whole.ts";
import type { Paged, PageRequest } from "../../kernel/paging.ts";
import { listTitles } from "../../tasks/index.ts";
import { knownUsd } from "../metrics.ts";
import type { ObsEvent } from "../schema.ts";
import { type AttemptUsage, usageOfAttempts } from "./attempt-usage.ts";

type Kind = Pick<ObsEvent, "event_type" | "status">;
const STARTED: Kind = { event_type: "action_started", status: "info" };
const FINISHED: Kind = { event_type: "action_finished", status: "success" };
const ERROR: Kind = { event_type: "error", status: "error" };

const START = "task.started";
/** The facts that begin or end an attempt at a task. */
const KINDS: Readonly<Record<string, Kind>> = {
  [START]: STARTED,
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
  return { items: await attemptsOf(tx, items), next_cursor };
}

/** Returns the event of one step of the task. */
export async function findAttempt(tx: ReadTx, taskId: string, id: string): Promise<ObsEvent | undefined> {
  const fact = await findFactOf(tx, { subject_id: taskId, type: "task." }, id);
  const isShown = fact?.type !== ENDS_ATTEMPT.type || ENDS_ATTEMPT.with in fact.data;
  if (!fact || !Object.hasOwn(KINDS, fact.type) || !isShown) return;
  const [attempt] = await attemptsOf(tx, [fact]);
  if (!attempt) return;
  const { seq: _seq, ...event } = attempt;
  return event;
}

/** The end of an attempt has what the attempt took and used. */
interface End {
  nearest: Nearest;
  usage: AttemptUsage | undefined;
}

async function attemptsOf(tx: ReadTx, facts: readonly FactRow[]): Promise<Attempt[]> {
  const titles = await listTitles(
    tx,
    facts.map((fact) => fact.subject_id),
  );
  const ended = facts.filter(({ type }) => type !== START);
  const places = await nearestOfType(tx, ended, START);
  const usages = await usageOfAttempts(
    tx,
    ended.map(({ subject_id: task_id }, place) => {
      const { before = null, after = null, has_earlier = false } = places[place] ?? {};
      return { task_id, from: has_earlier ? before : null, to: after };
    }),
  );
  const ends = new Map(ended.map((fact, place) => [fact.seq, endOf(places[place], usages[place])]));
  return facts.map((fact) => attemptOf(fact, titles.get(fact.subject_id) ?? "", ends.get(fact.seq)));
}

function endOf(nearest: Nearest | undefined, usage: AttemptUsage | undefined): End | undefined {
  return nearest && { nearest, usage };
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

/** A longer duration does not fit the field. */
const DURATION_MS_MAX = 2_147_483_647;

function durationMs({ before }: Nearest, end: string): number | null {
  const ms = before === null ? Number.NaN : Date.parse(end) - Date.parse(before);
  return ms >= 0 && ms <= DURATION_MS_MAX ? ms : null;
}

function usageToWire({ calls, unpriced_calls, ...sums }: AttemptUsage) {
  return {
    fields: {
      tokens_in: Number(sums.tokens_in),
      tokens_out: Number(sums.tokens_out),
      cost_usd: knownUsd(sums.cost_nanos, sums.list_cost_nanos, unpriced_calls),
      list_cost_usd: knownUsd(sums.list_cost_nanos, sums.cost_nanos, unpriced_calls),
    },
    counts: { calls: Number(calls), unpriced_calls: Number(unpriced_calls) },
  };
}

function attemptOf(fact: FactRow, title: string, end: End | undefined): Attempt {
  const { id, type, agent_id, subject_id: task_id, data, created_at, seq } = fact;
  const kind = KINDS[type] ?? ERROR;
  const why = kind === ERROR && { reason: data.reason ?? type.slice("task.".length) };
  const used = end?.usage && usageToWire(end.usage);
  const payload = { source: "task", task_title: title, attempt: data.attempt, ...why, ...used?.counts };
  return {
    ...NO_USAGE,
    ...kind,
    ...used?.fields,
    latency_ms: end ? durationMs(end.nearest, created_at) : null,
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
