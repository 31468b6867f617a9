/** Runs a policy over recorded events. */
import type { Static } from "typebox";
import { uuidv7 } from "uuidv7";
import { estimatesOf } from "../caps/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { recentOfTypes } from "../kernel/facts/recent.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { type PastBatch, pastBatches } from "../observability/index.ts";
import { listTitles } from "../tasks/index.ts";
import { type Backtest, FIRINGS_SHOWN_MAX, SAMPLES_MAX } from "./backtest-schema.ts";
import { isBreaker } from "./loop-rules.ts";
import { createReplay, type PastFiring, type PastStart, type Replay } from "./replay.ts";
import { usdOf } from "./rules.ts";
import { type NewPolicy, POLICY_DEFAULTS, type PolicyRow } from "./schema.ts";

const EVENTS_MAX = 200_000;
const STARTS_MAX = 20_000;
const TIME_MAX_MS = 20_000;

export interface Period {
  /** In milliseconds. */
  from: number;
  to: number;
}

type Result = Static<typeof Backtest>;

/** The backtests of this process. Each one reads for seconds, and all workspaces share the connections. */
let running = 0;
const RUNNING_MAX = 2;
const RETRY_SECONDS = 5;

export async function runBacktest(tx: ReadTx, input: Static<typeof NewPolicy>, period: Period): Promise<Result> {
  if (isBreaker(input.policy_type))
    throw invalid("/policy/policy_type", "has no backtest. Use mode shadow: its events say what it would have done.");
  if (running >= RUNNING_MAX)
    throw new Problem("in_flight", "Other backtests run on this server.", { retry_after_seconds: RETRY_SECONDS });
  running++;
  try {
    return await backtest(tx, input, period);
  } finally {
    running--;
  }
}

async function backtest(tx: ReadTx, input: Static<typeof NewPolicy>, period: Period): Promise<Result> {
  const ends = performance.now() + TIME_MAX_MS;
  const policy = rowOf(input, new Date(period.to).toISOString());
  const replay = createReplay(policy);
  const { starts, knownFrom } = await pastStarts(tx, policy.agent_id, period);
  const seen = createCounts(replay, starts);
  let events = 0;
  const requireTime = (at: Date) => {
    if (events > EVENTS_MAX || performance.now() > ends) throw tooMuch(at);
  };
  for await (const batch of pastBatches(tx, policy.agent_id, period, requireTime)) {
    events += batch.usage.length;
    requireTime(batch.at);
    seen.add(batch);
  }
  const { firings, days, prevented, avoided } = seen.end();
  const samples = prevented.slice(0, SAMPLES_MAX);
  const titles = await listTitles(
    tx,
    samples.map(({ task_id }) => task_id),
  );
  return {
    firings: firings.slice(0, FIRINGS_SHOWN_MAX),
    fired_count: firings.length,
    starts_prevented: prevented.length,
    cost_avoided_usd: usdOf(avoided),
    samples: samples.map(({ estimate_nanos, ...start }) => ({
      ...start,
      title: titles.get(start.task_id) ?? null,
      estimate_usd: usdOf(estimate_nanos),
    })),
    days: [...days].map(([date, value]) => ({ date, value })),
    coverage: {
      from: new Date(period.from).toISOString(),
      to: new Date(period.to).toISOString(),
      events,
      starts_known_from: knownFrom ?? null,
    },
  };
}

const rowOf = (input: Static<typeof NewPolicy>, at: string): PolicyRow => ({
  ...POLICY_DEFAULTS,
  ...input,
  id: uuidv7(),
  revision: 1,
  fired_at: null,
  created_at: at,
  updated_at: at,
});

const tooMuch = (at: Date) =>
  invalid("/to", `is too late: a backtest reads at most ${EVENTS_MAX} events. End it before ${at.toISOString()}.`);

/** The starts of an agent, or of all (null), oldest first. Their estimates are those of today. */
async function pastStarts(tx: ReadTx, agentId: string | null, { from, to }: Period) {
  const began = { from: new Date(from).toISOString(), most: STARTS_MAX };
  const { facts, knownFrom } = await recentOfTypes(tx, ["task.started"], began);
  const own = facts.flatMap(({ agent_id, subject_id: task_id, created_at: at }) =>
    agent_id !== null && (agentId === null || agent_id === agentId) && Date.parse(at) < to
      ? [{ agent_id, task_id, at }]
      : [],
  );
  const estimates = new Map<string, string>();
  for (const agent of new Set(own.map(({ agent_id }) => agent_id))) {
    const ids = new Set(own.flatMap(({ agent_id, task_id }) => (agent_id === agent ? [task_id] : [])));
    for (const [id, { estimate }] of await estimatesOf(tx, [...ids], agent)) estimates.set(`${agent} ${id}`, estimate);
  }
  const starts = own.map(
    (start): PastStart => ({
      ...start,
      estimate_nanos: BigInt(estimates.get(`${start.agent_id} ${start.task_id}`) ?? 0),
    }),
  );
  return { starts, knownFrom };
}

/** Counts what the policy would have done. */
function createCounts(replay: Replay, starts: readonly PastStart[]) {
  const firings: PastFiring[] = [];
  const days = new Map<string, number>();
  const prevented: PastStart[] = [];
  /** The tasks whose last start would have been refused. */
  const refused = new Set<string>();
  let avoided = 0n;
  let next = 0;
  const startUntil = (time: number) => {
    for (let start = starts[next]; start && Date.parse(start.at) <= time; start = starts[++next]) {
      if (replay.refuses(start)) {
        prevented.push(start);
        refused.add(start.task_id);
      } else refused.delete(start.task_id);
    }
  };
  return {
    add(batch: PastBatch) {
      startUntil(batch.at.getTime());
      firings.push(...replay.next(batch));
      const day = batch.at.toISOString().slice(0, 10);
      const value = replay.value();
      if (value !== null) days.set(day, Math.max(days.get(day) ?? 0, value));
      for (const event of batch.usage)
        if (event.task_id !== null && refused.has(event.task_id)) avoided += replay.costOf(event);
    },
    end() {
      startUntil(Number.POSITIVE_INFINITY);
      return { firings, days, prevented, avoided };
    },
  };
}
