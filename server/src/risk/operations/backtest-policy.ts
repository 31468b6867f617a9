import { listAgentNames } from "../../agents/index.ts";
import { query } from "../../kernel/operation.ts";
import { invalid, notFound } from "../../kernel/problem.ts";
import { retentionOf } from "../../observability/index.ts";
import { type Period, runBacktest } from "../backtest.ts";
import { Backtest, BacktestInput } from "../backtest-schema.ts";
import { requireAlone } from "../store/backtests.ts";

const DAY_MS = 86_400_000;
const DAYS = 7;
/** Facts are read for a day more. */
const DAYS_MAX = 30;

export const backtestPolicy = query({
  name: "risk.backtest",
  summary:
    "Run a risk policy over the events of the past, and read when it would have fired and what it would have stopped.",
  description:
    "Nothing is changed. The decisions are those of the live limits, with the costs of today, and the policy counts from zero. A " +
    "rate that stays above its threshold fires with the next event after its cooldown. At most 30 days and 200,000 events, one " +
    "backtest of a workspace and two of a server at a time.",
  route: "POST /risk/backtest",
  permission: "risk:write",
  input: BacktestInput,
  output: Backtest,
  problems: ["not_found", "in_flight"],
  async run({ tx }, { policy, from, to }) {
    const { agent_id = null } = policy;
    if (agent_id !== null && !(await listAgentNames(tx, [agent_id])).has(agent_id)) throw notFound("agent", agent_id);
    const { kept_days } = await retentionOf(tx);
    const period = periodOf({ from, to }, tx.now, kept_days);
    await requireAlone(tx);
    return runBacktest(tx, policy, period);
  },
});

interface Given {
  from?: string | undefined;
  to?: string | undefined;
}

/** The days (UTC) of the history, from a midnight on, because caps begin there. */
export function periodOf(given: Given, now: Date, keptDays: number): Period {
  // The end is not part of the period.
  const present = now.getTime() + 1;
  const to = given.to === undefined ? present : timeOf("/to", given.to);
  const from = midnightOf(given.from === undefined ? to - DAYS * DAY_MS : timeOf("/from", given.from));
  if (from >= to) throw invalid("/from", "must be before the end.");
  const days = Math.min(keptDays, DAYS_MAX);
  const oldest = midnightOf(present) - days * DAY_MS;
  if (to <= oldest) throw invalid("/to", `must be within the last ${days} days.`);
  return { from: Math.max(from, oldest), to: Math.min(to, present) };
}

function timeOf(path: string, text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw invalid(path, "is not a time.");
  return time;
}

const midnightOf = (ms: number) => Math.floor(ms / DAY_MS) * DAY_MS;
