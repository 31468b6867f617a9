/** The telemetry of attempts at tasks: that of the time from the start of an attempt to the start of the next one. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { firstEventId } from "../event-ids.ts";
import { costsOfTasks } from "./cost-days.ts";

export interface AttemptTime {
  task_id: string;
  /** Null for the first attempt at the task: events before its start are its own. */
  from: string | null;
  /** Null when no other attempt began. */
  to: string | null;
}

export interface AttemptUsage {
  calls: string | bigint;
  unpriced_calls: string | bigint;
  tokens_in: string | bigint;
  tokens_out: string | bigint;
  cost_nanos: string | bigint;
  list_cost_nanos: string | bigint;
}

/** The usage of an attempt with more events is unknown. */
const EVENTS_MAX = 5_000;
const DAY_MS = 86_400_000;
/** The clock of a sender may be ahead. */
const CLOCKS_MS = 3_600_000;
/** A statement locks the partition of each day that it may read, with its indexes. */
const DAYS_MAX = 30;

/** Returns the usage of each attempt, in their order. Undefined: unknown. The only attempt at a task has its own sums. */
export async function usageOfAttempts(
  tx: ReadTx,
  times: readonly AttemptTime[],
): Promise<(AttemptUsage | undefined)[]> {
  const isOnly = ({ from, to }: AttemptTime) => from === null && to === null;
  const whole = await costsOfTasks(tx, [...new Set(times.filter(isOnly).map(({ task_id }) => task_id))]);
  const byTask = new Map(whole.map((row) => [row.key, row]));
  const parts = await usageOfParts(
    tx,
    times.filter((time) => !isOnly(time)),
  );
  return times.map((time) => {
    if (!isOnly(time)) return parts.get(time);
    const sums = byTask.get(time.task_id);
    return (
      sums && {
        calls: sums.own_calls,
        unpriced_calls: sums.own_unpriced_calls,
        tokens_in: sums.own_tokens_in,
        tokens_out: sums.own_tokens_out,
        cost_nanos: sums.own_cost_nanos,
        list_cost_nanos: sums.own_list_cost_nanos,
      }
    );
  });
}

/** Events that arrive more than a day after the end of an attempt are not looked for. */
const PARTS = `
select p.place::int, e.*
from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) with ordinality as p(task_id, since, until, place)
cross join lateral (
  select count(*) as events, count(*) filter (where event_type = 'llm_call') as calls,
    count(*) filter (where cost_source = 'unpriced') as unpriced_calls,
    coalesce(sum(tokens_in), 0) as tokens_in, coalesce(sum(tokens_out), 0) as tokens_out,
    coalesce(sum(cost_nanos), 0) as cost_nanos, coalesce(sum(list_cost_nanos), 0) as list_cost_nanos
  from (
    select event_type, cost_source, tokens_in, tokens_out, cost_nanos, list_cost_nanos from obs_events
    where workspace_id = $1 and task_id = p.task_id and id >= $5 and id < $6
      and occurred_at >= p.since and occurred_at < p.until
    limit ${EVENTS_MAX + 1}
  ) own
) e`;

async function usageOfParts(
  tx: ReadTx,
  times: readonly AttemptTime[],
): Promise<ReadonlyMap<AttemptTime, AttemptUsage>> {
  const found = new Map<AttemptTime, AttemptUsage>();
  const nowMs = tx.now.getTime();
  for (const group of groupsOf(times, nowMs)) {
    const from = Math.min(...group.map(({ since }) => since)) - DAY_MS;
    const to = Math.max(...group.map(({ until }) => until)) + DAY_MS;
    // Without a name, the statement is planned for these ids, and opens no other day.
    const rows = await tx.statement<AttemptUsage & { place: number; events: string | bigint }>("", PARTS, [
      tx.workspace,
      group.map(({ time }) => time.task_id),
      group.map(({ since }) => new Date(since).toISOString()),
      group.map(({ until }) => new Date(until).toISOString()),
      firstEventId(from),
      firstEventId(to),
    ]);
    for (const { place, events, ...usage } of rows) {
      const time = group[place - 1]?.time;
      if (time && Number(events) > 0 && Number(events) <= EVENTS_MAX) found.set(time, usage);
    }
  }
  return found;
}

interface Part {
  time: AttemptTime;
  since: number;
  until: number;
}

/** The attempts whose events one statement may read. An attempt of more days has an unknown usage. */
function groupsOf(times: readonly AttemptTime[], nowMs: number): Part[][] {
  const parts = times
    .map((time) => {
      const until = time.to === null ? nowMs + CLOCKS_MS : Date.parse(time.to);
      return { time, since: time.from === null ? until - (DAYS_MAX - 2) * DAY_MS : Date.parse(time.from), until };
    })
    .filter(({ since, until }) => until - since <= (DAYS_MAX - 2) * DAY_MS)
    .sort((one, other) => one.since - other.since);
  const groups: Part[][] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    const ofDays = (from: number) => Math.max(part.until, ...(last ?? []).map(({ until }) => until)) - from;
    if (last?.[0] && ofDays(last[0].since) <= (DAYS_MAX - 2) * DAY_MS) last.push(part);
    else groups.push([part]);
  }
  return groups;
}
