/** Measures the values of rules, for all agents at once. Rules of one kind and window share a read. */
import { listActiveAgents } from "../agents/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { usdFromNanos } from "../kernel/money.ts";
import { costsOfToday, heartbeatsOf, runsSince } from "../observability/index.ts";
import type { AgentValue, Measured } from "./rules.ts";
import type { RuleRow } from "./schema.ts";

const MINUTE_MS = 60_000;

export interface Measures {
  of(rule: RuleRow): Promise<Measured>;
}

export function createMeasures(tx: ReadTx, now: Date): Measures {
  const reads = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    // Each key belongs to one kind of read.
    const known = reads.get(key) as Promise<T> | undefined;
    const made = known ?? read();
    reads.set(key, made);
    return made;
  };

  async function costOf({ agent_id }: RuleRow): Promise<Measured> {
    const all = await once("cost", () => costsOfToday(tx, now));
    const costs = all.filter((one) => agent_id === null || one.agent_id === agent_id);
    const total = costs.reduce((sum, { cost_nanos }) => sum + cost_nanos, 0n);
    return {
      value: usdFromNanos(total),
      agents: ranked(costs.map((one) => ({ ...one, value: usdFromNanos(one.cost_nanos) }))),
    };
  }

  async function errorRateOf({ agent_id, window_minutes }: RuleRow): Promise<Measured> {
    const since = new Date(now.getTime() - window_minutes * MINUTE_MS);
    const all = await once(`runs ${window_minutes}`, () => runsSince(tx, since));
    const runs = all.filter((one) => agent_id === null || one.agent_id === agent_id);
    const [ended, failed] = [sum(runs, "ended"), sum(runs, "failed")];
    const agents = runs.map((one) => ({ agent_id: one.agent_id, value: (100 * one.failed) / one.ended }));
    return { value: ended === 0 ? null : (100 * failed) / ended, agents: ranked(agents) };
  }

  /** An agent that is paused or archived is silent on purpose. */
  async function silenceOf({ agent_id, no_data, threshold, warning_threshold }: RuleRow): Promise<Measured> {
    const active = await once("active", () => listActiveAgents(tx));
    const ids = active.filter((id) => agent_id === null || id === agent_id);
    const beats = await once(`beats ${agent_id}`, () => heartbeatsOf(tx, ids));
    const heard = new Map(beats.map((one) => [one.agent_id, one.last_heartbeat_at]));
    const silent = ids.flatMap((id): AgentValue[] => {
      const last = heard.get(id);
      return last === undefined ? [] : [{ agent_id: id, value: (now.getTime() - Date.parse(last)) / MINUTE_MS }];
    });
    const never = ids.filter((id) => !heard.has(id));
    if (never.length > 0 && no_data === "fire")
      return { value: null, agents: never.map((id) => ({ agent_id: id, value: 0 })) };
    const [longest] = ranked(silent);
    return {
      value: longest?.value ?? 0,
      agents: ranked(silent).filter(({ value }) => value > (warning_threshold ?? threshold)),
    };
  }

  return {
    of(rule) {
      switch (rule.rule_type) {
        case "cost_per_day":
          return costOf(rule);
        case "error_rate":
          return errorRateOf(rule);
        case "no_heartbeat":
          return silenceOf(rule);
        default:
          return rule.rule_type satisfies never;
      }
    },
  };
}

function sum<K extends string>(rows: readonly Record<K, number>[], field: K): number {
  return rows.reduce((total, row) => total + row[field], 0);
}

/** The greatest first, without parts of 0. */
function ranked(parts: readonly AgentValue[]): AgentValue[] {
  return parts
    .filter(({ value }) => value > 0)
    .map(({ agent_id, value }) => ({ agent_id, value }))
    .sort((a, b) => b.value - a.value);
}
