/** Counts what agents achieved: each point of a metric and each event once. */
import { listAgentNames } from "../agents/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db/tx.ts";
import { listPaths } from "../tasks/index.ts";
import { eventIds } from "./event-ids.ts";
import { type Amounts, advance, type SeriesState } from "./outcome-rules.ts";
import { OUTCOMES, type OutcomeName } from "./outcome-schema.ts";
import type { Ingested } from "./schema.ts";
import { ownAgent, unknownFault } from "./sender-rules.ts";
import { shortHash } from "./short-hash.ts";
import { addOutcomes, lockSeries, NO_TASK, type OutcomeSum, saveSeries, takeKeys } from "./store/outcomes.ts";

/** A point of a metric that is an outcome. */
export interface Point extends SeriesState {
  name: OutcomeName;
  is_delta: boolean;
  /** Equal for all points of one series of a sender. */
  series: string;
  agent_id: string | null;
  task_id: string | null;
}

interface Achieved {
  agent_id: string;
  task_id: string | null;
  day: string;
  amounts: Amounts;
}

/** The locks come in this order in every transaction: keys, series, outcomes. */
export async function addPoints(
  { tx, actor, now }: { tx: Tx; actor: Actor; now: Date },
  points: readonly Point[],
): Promise<Pick<Ingested, "accepted" | "rejected" | "duplicates">> {
  const owned = points.map((point) => ({ point, own: ownAgent(point.agent_id, actor) }));
  const agents = await listAgentNames(tx, [
    ...new Set(owned.flatMap(({ own }) => ("reason" in own ? [] : own.agent_id))),
  ]);
  const paths = await listPaths(tx, [...new Set(points.flatMap(({ task_id }) => task_id ?? []))]);
  const tasks = new Set(paths.map(({ task_id }) => task_id));
  const judged = owned.map(({ point, own }) => {
    if ("reason" in own) return own;
    const reason = unknownFault({ ...point, ...own }, { agents, tasks });
    return reason === undefined ? { point: { ...point, ...own } } : { reason };
  });
  const rejected = judged.flatMap((one, index) => ("reason" in one ? [{ index, reason: one.reason }] : []));
  const fit = judged.flatMap((one) => ("reason" in one ? [] : [one.point]));
  const added = [...(await takeDeltas(tx, now, fit)), ...(await takeCumulative(tx, fit))];
  const counted = added.filter(({ amount }) => amount > 0);
  await addOutcomes(tx, sumsOf(counted.map(achievedOf)));
  return { accepted: counted.length, rejected, duplicates: fit.length - counted.length };
}

type OwnedPoint = Point & { agent_id: string };
type Added = { point: OwnedPoint; amount: number };

/** A repeated point has the key of the first. */
async function takeDeltas(tx: Tx, now: Date, points: readonly OwnedPoint[]): Promise<Added[]> {
  const byKey = new Map(points.filter(({ is_delta, value }) => is_delta && value > 0).map((one) => [keyOf(one), one]));
  const fresh = await takeKeys(tx, [...byKey.keys()], eventIds(now, byKey.size));
  return [...byKey].flatMap(([key, point]) => (fresh.has(key) ? [{ point, amount: point.value }] : []));
}

function keyOf({ series, started_ms, last_ms, agent_id }: Point): string {
  return hash(["point", agent_id, series, started_ms, last_ms]);
}

/** The points of a series count in the order of their times. */
async function takeCumulative(tx: Tx, points: readonly OwnedPoint[]): Promise<Added[]> {
  const ordered = points.filter(({ is_delta }) => !is_delta).sort((one, other) => one.last_ms - other.last_ms);
  const keys = [...new Set(ordered.map(seriesKey))];
  const states = new Map((await lockSeries(tx, keys)).map((row) => [row.series, row]));
  const added = ordered.map((point) => {
    const key = seriesKey(point);
    const before = states.get(key);
    const { added: amount, state } = advance(before && before.last_ms >= 0 ? before : undefined, point);
    const { started_ms, last_ms, value } = state;
    states.set(key, { series: key, started_ms, last_ms, value });
    return { point, amount };
  });
  await saveSeries(tx, [...states.values()]);
  return added;
}

/** A series belongs to its agent, so no agent can move the counter of another. */
function seriesKey({ series, agent_id }: Point): string {
  return hash(["series", agent_id, series]);
}

function hash(parts: readonly unknown[]): string {
  return shortHash(JSON.stringify(parts));
}

function achievedOf({ point, amount }: Added): Achieved {
  const day = new Date(point.last_ms).toISOString().slice(0, 10);
  return { agent_id: point.agent_id, task_id: point.task_id, day, amounts: { [point.name]: amount } };
}

/** Adds the outcomes of events that were stored. */
export async function addAchieved(tx: Tx, achieved: readonly Achieved[]): Promise<void> {
  await addOutcomes(tx, sumsOf(achieved.filter(({ amounts }) => Object.keys(amounts).length > 0)));
}

function sumsOf(achieved: readonly Achieved[]): OutcomeSum[] {
  const sums = new Map<string, OutcomeSum>();
  for (const { agent_id, task_id, day, amounts } of achieved) {
    const key = `${day} ${agent_id} ${task_id}`;
    const sum = sums.get(key) ?? { ...NOTHING, day, agent_id, task_id: task_id ?? NO_TASK };
    for (const name of OUTCOMES) sum[name] += amounts[name] ?? 0;
    sums.set(key, sum);
  }
  return [...sums.values()];
}

// The keys are the names of the outcomes.
const NOTHING = Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<OutcomeName, number>;
