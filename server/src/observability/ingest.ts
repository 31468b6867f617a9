/** Takes in events of any source: checks what they name, computes their costs, and stores them in one statement. */
import { listBillingModes } from "../agents/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import type { BillingMode } from "../kernel/schema.ts";
import { billingModeOf } from "../keys/index.ts";
import { listPaths, type TaskPath } from "../tasks/index.ts";
import { batchPrices, costOfEvent, isUnpriced, type Priced, type Prices } from "./cost-event.ts";
import { eventIds } from "./event-ids.ts";
import type { ReadEvent, Verdict } from "./event-rules.ts";
import { observabilityHooks } from "./hooks.ts";
import { ofOtherModels } from "./other-models.ts";
import { outcomesOf } from "./outcome-rules.ts";
import { addAchieved } from "./outcomes.ts";
import type { EventRow, Ingested } from "./schema.ts";
import { ownAgent, unknownFault } from "./sender-rules.ts";
import { takeDifferences } from "./sessions.ts";
import { shortHash } from "./short-hash.ts";
import { findRuns, insertEvents, type KnownRun, requireDay, type StoredEvent } from "./store/ingest.ts";
import { findOverrides } from "./store/overrides.ts";
import { runOfTrace, uuidOf } from "./traces.ts";
import { arrivedOf } from "./usage-of.ts";

/** An event whose fields are right. What it names may be missing. */
export interface Sent extends ReadEvent {
  reported: Priced["reported"];
  /** The trace of the event: it may name a task, and is a run of its agent. */
  trace_id?: string;
}

export interface Ingest {
  tx: Tx;
  actor: Actor;
  now: Date;
  source: EventRow["source"];
}

type Owned = Sent & { agent_id: string };
/** An event whose agent, run and task exist. */
type Fit = Owned & { billing_mode: BillingMode };

export interface IngestResult {
  /** With the places of the rejected events. */
  counts: Ingested;
  /** The stored events whose cost is unknown. */
  unpriced: number;
  /** Applies the limits on usage, and returns their facts. It comes last in the transaction. */
  settle: () => Promise<Fact[]>;
}

export async function ingest(
  { tx, actor, now, source }: Ingest,
  sent: readonly Verdict<Sent>[],
): Promise<IngestResult> {
  const owned = sent.map((verdict) => withAgent(verdict, actor));
  const known = await readKnown(tx, owned, actor);
  const judged = owned.map((verdict) => (verdict.event ? judge(verdict.event, known) : verdict));
  const { fit, faults, save } = await takeDifferences(tx, firstOfKeys(keyed(judged, known)));
  const refused = judged.flatMap(({ reason }, index) => (reason === undefined ? [] : [{ index, reason }]));
  const rejected = [...refused, ...faults].sort((one, other) => one.index - other.index);
  const stored = fit.length > 0 ? await store(tx, now, { fit, source, paths: known.paths }) : NONE;
  await save(stored.places);
  const accepted = stored.places.size;
  return {
    counts: {
      accepted,
      rejected,
      duplicates: sent.length - rejected.length - accepted,
      total_submitted: sent.length,
    },
    unpriced: stored.unpriced,
    settle: stored.settle,
  };
}

/** The events that were not counted before. */
interface Stored {
  /** Their places in the batch as it was sent. */
  places: ReadonlySet<number>;
  unpriced: number;
  settle: () => Promise<Fact[]>;
}
const NONE: Stored = { places: new Set(), unpriced: 0, settle: async () => [] };

async function store(
  tx: Tx,
  now: Date,
  { fit, source, paths }: { fit: readonly Keyed[]; source: EventRow["source"]; paths: readonly TaskPath[] },
): Promise<Stored> {
  await requireDay(tx, now);
  const models = new Set(fit.flatMap(({ model }) => model ?? []));
  const prices = batchPrices(models.size > 0 ? await findOverrides(tx, [...models]) : []);
  const others = await ofOtherModels(tx, fit);
  const ids = eventIds(now, fit.length);
  const rows = fit.map((event, place) =>
    rowOf(event, { id: ids[place] ?? "", source, is_other_model: others.has(event) }, prices),
  );
  const usage = rows.map(arrivedOf);
  const settle = await observabilityHooks.beginSpending(tx, now, usage);
  const made = await insertEvents(tx, rows, paths);
  const stored = fit.filter((_, place) => made.has(ids[place] ?? ""));
  await addAchieved(
    tx,
    stored.map(({ agent_id, task_id, occurred_at, payload }) => ({
      agent_id,
      task_id,
      day: occurred_at.slice(0, 10),
      amounts: outcomesOf(payload),
    })),
  );
  return {
    places: new Set(stored.map(({ index }) => index)),
    unpriced: rows.filter((row) => isUnpriced(row) && made.has(row.id)).length,
    settle: () => settle(usage.filter((_, place) => made.has(ids[place] ?? ""))),
  };
}

function withAgent({ event, reason }: Verdict<Sent>, actor: Actor): Verdict<Owned> {
  if (!event) return { reason };
  const own = ownAgent(event.agent_id, actor);
  return "reason" in own ? own : { event: { ...event, ...own, ...runOfTrace(event, own.agent_id) } };
}

interface Known {
  /** The billing mode of each agent, or of the key. */
  agents: ReadonlyMap<string, BillingMode | null>;
  keyMode: BillingMode | null;
  paths: readonly TaskPath[];
  tasks: ReadonlySet<string>;
  /** A run that the batch begins is added. */
  runs: Map<string, KnownRun>;
}

async function readKnown(tx: Tx, verdicts: readonly Verdict<Owned>[], { key_id }: Actor): Promise<Known> {
  const events = verdicts.flatMap(({ event }) => event ?? []);
  const named = (field: "agent_id" | "task_id" | "run_id") => new Set(events.flatMap((event) => event[field] ?? []));
  const agents = await listBillingModes(tx, [...named("agent_id")]);
  const isUsage = events.some(({ model, event_type }) => model !== null || event_type === "llm_call");
  const runs = await findRuns(tx, [...named("run_id")]);
  const tasks = named("task_id");
  for (const { trace_id } of events) if (trace_id !== undefined) tasks.add(uuidOf(trace_id));
  for (const { task_id } of runs) if (task_id !== null) tasks.add(task_id);
  const paths = await listPaths(tx, [...tasks]);
  return {
    agents,
    keyMode: isUsage && key_id !== null ? await billingModeOf(tx, key_id) : null,
    paths,
    tasks: new Set(paths.map(({ task_id }) => task_id)),
    runs: new Map(runs.map((run) => [run.run_id, run])),
  };
}

/** An event of a run belongs to the task of the run, unless it names another one. */
function judge(sent: Owned, { agents, keyMode, tasks, runs }: Known): Verdict<Fit> {
  const { agent_id, run_id } = sent;
  const ofTrace = sent.trace_id === undefined ? null : uuidOf(sent.trace_id);
  const task_id = sent.task_id ?? (ofTrace !== null && tasks.has(ofTrace) ? ofTrace : null);
  const event = { ...sent, task_id, billing_mode: sent.billing_mode ?? keyMode ?? agents.get(agent_id) ?? "metered" };
  const reason = unknownFault(event, { agents, tasks });
  if (reason !== undefined) return { reason };
  if (run_id === null) return { event };
  const run = runs.get(run_id) ?? { run_id, agent_id, task_id, is_finished: false };
  if (run.agent_id !== agent_id) return { reason: `Run ${run_id} belongs to another agent.` };
  runs.set(run_id, run);
  return { event: { ...event, task_id: task_id ?? run.task_id } };
}

/** An event that may be stored, with its place in the batch and the hash of its key. */
interface Keyed extends Fit {
  index: number;
  key_hash: string | null;
}

/** A run ends once. Another end of the run, in any batch and under any key, is a duplicate. */
function keyed(judged: readonly Verdict<Fit>[], { runs }: Known): Keyed[] {
  return judged.flatMap(({ event }, index) => {
    if (!event) return [];
    const isEnd = event.event_type === "run_finished" && event.run_id !== null;
    if (isEnd && runs.get(event.run_id ?? "")?.is_finished) return [];
    // No sender can use the key of an end for another event, because no input may contain NUL.
    const key = isEnd ? `run_finished\0${event.run_id}` : event.dedupe_key;
    return [{ ...event, index, key_hash: key === null ? null : shortHash(key) }];
  });
}

function firstOfKeys(events: readonly Keyed[]): Keyed[] {
  const keys = new Set<string>();
  return events.filter(({ key_hash: key }) => {
    const isRepeat = key !== null && keys.has(key);
    if (key !== null) keys.add(key);
    return !isRepeat;
  });
}

type Place = Pick<StoredEvent, "id" | "source" | "is_other_model">;

/** Names each column: an object that is copied property by property takes several times as long. */
function rowOf(event: Keyed, { id, source, is_other_model }: Place, prices: Prices): StoredEvent {
  const cost = costOfEvent(event, prices);
  return {
    id,
    source,
    is_other_model,
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
    cost_nanos: cost.cost_nanos,
    list_cost_nanos: cost.list_cost_nanos,
    cost_source: cost.cost_source,
    price_source: cost.price_source,
    unpriced_classes: cost.unpriced_classes,
    latency_ms: event.latency_ms,
    payload: event.payload,
    key_hash: event.key_hash,
    error_message: textOf(event.payload.error),
  };
}

const ERROR_LENGTH_MAX = 2_000;

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, ERROR_LENGTH_MAX) : null;
}

function counted(count: number | null | undefined): bigint | null {
  return typeof count === "number" ? BigInt(count) : null;
}
