/** Reads the health of agents from their sums. */
import { listAgentNames } from "../agents/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { BURST_MINUTES, DAYS_BEFORE, healthOf } from "./health-rules.ts";
import type { AgentHealth } from "./health-schema.ts";
import { dayOf, daysBefore, usdOf } from "./metrics.ts";
import { type HealthSums, listBursts, listDaySums, listRecentErrors } from "./store/counters.ts";
import { percentilesOf, type Range } from "./store/usage.ts";

export interface HealthRequest extends Range {
  agents: readonly string[];
  hasAnomaly: boolean;
  /** Returns a day without events too, with unknown parts. */
  isWhole?: boolean;
}

/** Returns the days of each agent in the order of the agents, the oldest day first. */
export async function listHealthDays(tx: ReadTx, request: HealthRequest): Promise<AgentHealth[]> {
  const { agents, from, to, hasAnomaly, isWhole = false } = request;
  if (agents.length === 0) return [];
  const names = await listAgentNames(tx, [...agents]);
  const sums = await listDaySums(tx, agents, { from: daysBefore(new Date(from), DAYS_BEFORE), to });
  const days = keyed(sums);
  const wanted = agents.flatMap((agent_id) =>
    daysOf({ from, to }).flatMap((date) => (isWhole || days.has(`${agent_id} ${date}`) ? [{ agent_id, date }] : [])),
  );
  const percentiles = keyed(await percentilesOf(tx, sums));
  const bursts = keyed(await listBursts(tx, agents, { from, to, minutes: BURST_MINUTES }));
  const today = dayOf(tx.now);
  const recent = new Map(
    from <= today && today <= to
      ? (await listRecentErrors(tx, agents, BURST_MINUTES)).map(({ agent_id, errors }) => [agent_id, Number(errors)])
      : [],
  );
  return wanted.map(({ agent_id, date }) => {
    const key = `${agent_id} ${date}`;
    const own = days.get(key);
    const errors = date === today ? recent.get(agent_id) : Number(bursts.get(key)?.errors ?? 0);
    const day = {
      runs: Number(own?.runs ?? 0),
      runs_successful: Number(own?.runs_successful ?? 0),
      p95_ms: percentiles.get(key)?.p95 ?? null,
      p95_before_ms: daysAgo(date).flatMap((day) => percentiles.get(`${agent_id} ${day}`)?.p95 ?? []),
      burst: own && { errors: errors ?? 0, isNow: date === today },
      cost_usd: usdOf(own?.cost_nanos ?? 0n),
      unpriced_calls: Number(own?.unpriced_calls ?? 0),
      costs_before_usd: costsBefore(days, agent_id, date),
    };
    return { agent_id, agent_name: names.get(agent_id) ?? "", date, ...healthOf(day, hasAnomaly) };
  });
}

function keyed<T extends { agent_id: string; date: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [`${row.agent_id} ${row.date}`, row]));
}

function daysOf({ from, to }: Range): string[] {
  const days = [];
  for (let day = from; day <= to; day = daysBefore(new Date(day), -1)) days.push(day);
  return days;
}

/** The days that a day is compared with. */
function daysAgo(date: string): string[] {
  return Array.from({ length: DAYS_BEFORE }, (_, n) => daysBefore(new Date(date), n + 1));
}

/** A day with calls of unknown cost is left out: its amount is too low to compare with. */
function costsBefore(days: ReadonlyMap<string, HealthSums>, agent_id: string, date: string): number[] {
  return daysAgo(date).flatMap((day) => {
    const row = days.get(`${agent_id} ${day}`);
    return row && Number(row.unpriced_calls) === 0 ? [usdOf(row.cost_nanos)] : [];
  });
}
