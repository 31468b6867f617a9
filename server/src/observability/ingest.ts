/** Takes in events of any source: checks what they name, computes their costs, and stores them in one statement. */
import { createHash } from "node:crypto";
import { listAgentNames } from "../agents/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db/tx.ts";
import { listPaths, type TaskPath } from "../tasks/index.ts";
import { batchPrices, costOfEvent, type Priced } from "./cost-event.ts";
import { eventIds } from "./event-ids.ts";
import type { Verdict } from "./event-rules.ts";
import type { EventRow, Ingested } from "./schema.ts";
import { findRuns, insertEvents, type KnownRun, requireDay, type StoredEvent } from "./store/ingest.ts";

/** An event whose fields are right. What it names may be missing. */
export interface Sent extends Priced {
  dedupe_key: string | null;
}

export interface Ingest {
  tx: Tx;
  actor: Actor;
  now: Date;
  source: EventRow["source"];
}

type Judged = Verdict<Sent & { agent_id: string }>;

export interface IngestResult {
  /** With the places of the rejected events. */
  counts: Ingested;
  /** The stored events whose cost is unknown. */
  unpriced: number;
}

export async function ingest(
  { tx, actor, now, source }: Ingest,
  sent: readonly Verdict<Sent>[],
): Promise<IngestResult> {
  const owned = sent.map((verdict) => withAgent(verdict, actor));
  const known = await readKnown(tx, owned);
  const judged = owned.map((verdict) => (verdict.event ? judge(verdict.event, known) : verdict));
  const rejected = judged.flatMap(({ reason }, index) => (reason === undefined ? [] : [{ index, reason }]));
  const fit = firstOfKeys(judged.flatMap(({ event }) => event ?? []));
  if (fit.length > 0) await requireDay(tx, now);
  const rows = rowsOf(fit, now, source);
  const stored = rows.length > 0 ? await insertEvents(tx, rows, known.paths) : new Set();
  const counts = {
    accepted: stored.size,
    rejected,
    duplicates: sent.length - rejected.length - stored.size,
    total_submitted: sent.length,
  };
  return {
    counts,
    unpriced: rows.filter(({ id, cost_source }) => cost_source === "unpriced" && stored.has(id)).length,
  };
}

/** The agent of a key sends only its own events. */
function withAgent({ event, reason }: Verdict<Sent>, { kind, id }: Actor): Judged {
  if (!event) return { reason };
  const agent_id = event.agent_id ?? (kind === "agent" ? id : null);
  if (agent_id === null) return { reason: "agent_id is missing: only the key of an agent may leave it out." };
  if (kind === "agent" && agent_id !== id) return { reason: "agent_id is not the agent of this key." };
  return { event: { ...event, agent_id } };
}

interface Known {
  agents: ReadonlySet<string>;
  paths: readonly TaskPath[];
  tasks: ReadonlySet<string>;
  /** A run that the batch begins is added. */
  runs: Map<string, KnownRun>;
}

async function readKnown(tx: Tx, verdicts: readonly Judged[]): Promise<Known> {
  const events = verdicts.flatMap(({ event }) => event ?? []);
  const named = (field: "agent_id" | "task_id" | "run_id") => new Set(events.flatMap((event) => event[field] ?? []));
  const agents = await listAgentNames(tx, [...named("agent_id")]);
  const runs = await findRuns(tx, [...named("run_id")]);
  const tasks = named("task_id");
  for (const { task_id } of runs) if (task_id !== null) tasks.add(task_id);
  const paths = await listPaths(tx, [...tasks]);
  return {
    agents: new Set(agents.keys()),
    paths,
    tasks: new Set(paths.map(({ task_id }) => task_id)),
    runs: new Map(runs.map((run) => [run.run_id, run])),
  };
}

/** An event of a run belongs to the task of the run, unless it names another one. */
function judge(event: Sent & { agent_id: string }, { agents, tasks, runs }: Known): Judged {
  const { agent_id, run_id, task_id } = event;
  if (!agents.has(agent_id)) return { reason: `There is no agent ${agent_id}.` };
  if (task_id !== null && !tasks.has(task_id)) return { reason: `There is no task ${task_id}.` };
  if (run_id === null) return { event };
  const run = runs.get(run_id) ?? { run_id, agent_id, task_id };
  if (run.agent_id !== agent_id) return { reason: `Run ${run_id} belongs to another agent.` };
  runs.set(run_id, run);
  return { event: { ...event, task_id: task_id ?? run.task_id } };
}

function firstOfKeys<T extends { dedupe_key: string | null }>(events: readonly T[]): T[] {
  const keys = new Set<string>();
  return events.filter(({ dedupe_key: key }) => {
    const isRepeat = key !== null && keys.has(key);
    if (key !== null) keys.add(key);
    return !isRepeat;
  });
}

function rowsOf(
  events: readonly (Sent & { agent_id: string })[],
  now: Date,
  source: EventRow["source"],
): StoredEvent[] {
  const prices = batchPrices();
  const ids = eventIds(now, events.length);
  return events.map((event, place) => ({
    id: ids[place] ?? "",
    occurred_at: event.occurred_at,
    agent_id: event.agent_id,
    run_id: event.run_id,
    task_id: event.task_id,
    event_type: event.event_type,
    status: event.status,
    provider: event.provider,
    model: event.model,
    tokens_in: counted(event.tokens_in),
    tokens_out: counted(event.tokens_out),
    tokens_cached: counted(event.tokens_cached),
    tokens_cache_write: counted(event.tokens_cache_write),
    tokens_cache_write_1h: counted(event.tokens_cache_write_1h),
    tokens_reasoning: counted(event.tokens_reasoning),
    web_searches: event.web_searches ?? null,
    service_tier: event.service_tier,
    billing_mode: event.billing_mode,
    ...costOfEvent(event, prices),
    latency_ms: event.latency_ms,
    payload: event.payload,
    source,
    key_hash: event.dedupe_key === null ? null : hashOf(event.dedupe_key),
    error_message: textOf(event.payload.error),
  }));
}

const ERROR_LENGTH_MAX = 2_000;

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, ERROR_LENGTH_MAX) : null;
}

function counted(count: number | null | undefined): bigint | null {
  return typeof count === "number" ? BigInt(count) : null;
}

/** Half of a hash: enough that no two keys of a workspace have the same. */
const HASH_DIGITS = 32;

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, HASH_DIGITS);
}
