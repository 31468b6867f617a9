/** Computes the costs of stored events again, with the prices that are known now. */
import type { Tx } from "../kernel/db/tx.ts";
import { listPaths } from "../tasks/index.ts";
import { type CostColumns, costOfEvent, isUnpriced, type Priced, type Prices } from "./cost-event.ts";
import { firstEventId } from "./event-ids.ts";
import { observabilityHooks } from "./hooks.ts";
import { UNPRICED_SHOWN } from "./price-schema.ts";
import type { Reported } from "./prices/costing.ts";
import {
  addToCounters,
  addToRuns,
  addToTasks,
  addToUsage,
  type CostChange,
  type CostedEvent,
  endOfPart,
  type Looked,
  lockPart,
  saveCosts,
  summedName,
} from "./store/reprice.ts";

/** The events that one statement reads. */
const PART_EVENTS = 2_000;
/** The parts of one call: the locks on the sums last until its end. */
const PARTS_MAX = 10;

export interface RepriceCounts {
  events: number;
  priced: number;
  changed: number;
  unpriced: Map<string, number>;
  difference: bigint;
  listDifference: bigint;
  /** The last id that was looked at; undefined when no event is left. */
  next: string | undefined;
}

/**
 * The events are locked first, in the order of their ids, and then the sums in the order in which a batch locks them. So
 * a reprice, another one and any batch never wait for each other in a circle, and each difference is added once.
 */
export async function repriceParts(tx: Tx, looked: Looked, prices: Prices): Promise<RepriceCounts> {
  const counts: RepriceCounts = {
    events: 0,
    priced: 0,
    changed: 0,
    unpriced: new Map(),
    difference: 0n,
    listDifference: 0n,
    next: looked.after,
  };
  const changes: CostChange[] = [];
  const midnight = firstEventId(Date.parse(tx.now.toISOString().slice(0, 10)));
  const today: CostChange[] = [];
  for (let part = 0; part < PARTS_MAX && counts.next !== undefined; part++) {
    const from = { ...looked, after: counts.next };
    const end = await endOfPart(tx, from, PART_EVENTS);
    const rows = (await lockPart(tx, from, end)).map((event) => ({
      event,
      cost: costOfEvent(pricedOf(event), prices),
    }));
    for (const { event, cost } of rows) count(counts, event, cost);
    const changed = rows.filter(({ event, cost }) => isOther(event, cost));
    if (changed.length > 0)
      await saveCosts(
        tx,
        changed.map(({ event, cost }) => ({ id: event.id, ...cost })),
      );
    changes.push(...changed.map(({ event, cost }) => changeOf(event, cost)));
    today.push(...changed.filter(({ event }) => event.id >= midnight).map(({ event, cost }) => changeOf(event, cost)));
    counts.changed += changed.length;
    counts.next = end;
  }
  if (changes.length > 0) await changeSums(tx, changes);
  // The caps are locked last.
  if (today.length > 0) await observabilityHooks.respend(tx, tx.now, today);
  return counts;
}

async function changeSums(tx: Tx, changes: readonly CostChange[]): Promise<void> {
  await addToUsage(tx, changes);
  await addToCounters(tx, changes);
  if (changes.some(({ run_id }) => run_id !== null)) await addToRuns(tx, changes);
  const paths = await listPaths(tx, [...new Set(changes.flatMap(({ task_id }) => task_id ?? []))]);
  if (paths.length > 0) await addToTasks(tx, changes, paths);
}

/** The amounts that the sender reported are those that no price has replaced. */
function reportedOf({ billing_mode, cost_source, cost_nanos, list_cost_nanos }: CostedEvent): Reported {
  const isReported = cost_source === "reported";
  if (billing_mode === "metered") return isReported ? { billed: cost_nanos ?? undefined } : {};
  return { billed: cost_nanos ?? undefined, list: isReported ? (list_cost_nanos ?? undefined) : undefined };
}

const numberOf = (count: bigint | null) => (count === null ? null : Number(count));

function pricedOf(event: CostedEvent): Priced {
  return {
    ...event,
    // The column holds only types of events.
    event_type: event.event_type as Priced["event_type"],
    tokens_in: numberOf(event.tokens_in),
    tokens_out: numberOf(event.tokens_out),
    tokens_cached: numberOf(event.tokens_cached),
    tokens_cache_write: numberOf(event.tokens_cache_write),
    tokens_cache_write_1h: numberOf(event.tokens_cache_write_1h),
    tokens_reasoning: numberOf(event.tokens_reasoning),
    reported: reportedOf(event),
  };
}

function count(counts: RepriceCounts, event: CostedEvent, cost: CostColumns): void {
  counts.events += 1;
  if (isUnpriced({ ...event, ...cost })) {
    const model = event.model ?? "unknown";
    counts.unpriced.set(model, (counts.unpriced.get(model) ?? 0) + 1);
  } else counts.priced += 1;
  counts.difference += (cost.cost_nanos ?? 0n) - (event.cost_nanos ?? 0n);
  counts.listDifference += (cost.list_cost_nanos ?? 0n) - (event.list_cost_nanos ?? 0n);
}

function isOther(event: CostedEvent, cost: CostColumns): boolean {
  return (
    event.cost_nanos !== cost.cost_nanos ||
    event.list_cost_nanos !== cost.list_cost_nanos ||
    event.cost_source !== cost.cost_source
  );
}

function changeOf(event: CostedEvent, cost: CostColumns): CostChange {
  const { agent_id, occurred_at, run_id, task_id } = event;
  return {
    agent_id,
    occurred_at,
    run_id,
    task_id,
    ...summedName(event),
    cost: ((cost.cost_nanos ?? 0n) - (event.cost_nanos ?? 0n)).toString(),
    list: ((cost.list_cost_nanos ?? 0n) - (event.list_cost_nanos ?? 0n)).toString(),
    unpriced: Number(isUnpriced({ ...event, ...cost })) - Number(isUnpriced(event)),
    partial: Number(cost.cost_source === "partial") - Number(event.cost_source === "partial"),
  };
}

/** Returns the models that have no price, those with the most events first. */
export function unpricedModels({ unpriced }: RepriceCounts) {
  const models = [...unpriced].map(([model, events]) => ({ model, events }));
  return models
    .sort((one, other) => other.events - one.events || (one.model < other.model ? -1 : 1))
    .slice(0, UNPRICED_SHOWN);
}
