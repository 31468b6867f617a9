import type { AgentHealth } from "@bailiwick/sdk";
import { describe, expect, it } from "vitest";
import { healthLevel, reasonsOf, worstFirst } from "./health-words.ts";

type Scores = Record<keyof AgentHealth["parts"], number | null>;
const MAX: Record<keyof Scores, number> = { success_rate: 40, latency: 25, error_burst: 20, cost_anomaly: 15 };
const WELL: Scores = { success_rate: 40, latency: 25, error_burst: 20, cost_anomaly: 15 };

function health(agent_id: string, scores: Partial<Scores>): AgentHealth {
  const all = { ...WELL, ...scores };
  const known = Object.entries(all).filter(([, score]) => score !== null);
  const sum = (of: (name: keyof Scores) => number) =>
    known.reduce((total, [name]) => total + of(name as keyof Scores), 0);
  const part = (name: keyof Scores) => ({ score: all[name], max: MAX[name], reason: name });
  return {
    ...{ agent_id, agent_name: agent_id, date: "2026-11-30" },
    score: known.length === 0 ? null : (100 * sum((name) => all[name] ?? 0)) / sum((name) => MAX[name]),
    parts: {
      ...{ success_rate: part("success_rate"), latency: part("latency") },
      ...{ error_burst: part("error_burst"), cost_anomaly: part("cost_anomaly") },
    },
  };
}

const SILENT = { success_rate: null, latency: null, error_burst: null, cost_anomaly: null };

describe("the reasons of a score", () => {
  it("have failures first, then the cost, then slow calls, although slow calls lose the most", () => {
    const { parts } = health("a", { latency: 0, error_burst: 8, success_rate: 30, cost_anomaly: 0 });
    expect(reasonsOf({ parts })).toEqual(["error_burst", "success_rate", "cost_anomaly", "latency"]);
  });

  it("have a part that is almost well after all others, and no part that is well or unknown", () => {
    const { parts } = health("a", { latency: 10, success_rate: 39, cost_anomaly: null });
    expect(reasonsOf({ parts })).toEqual(["latency", "success_rate"]);
  });
});

describe("the level of an agent", () => {
  it("is slow when only its latency is low, however low the score", () => {
    const slow = health("a", { latency: 0, success_rate: null, cost_anomaly: null });
    expect(slow.score).toBeLessThan(50);
    expect(healthLevel(slow)).toBe("slow");
    expect(healthLevel(health("a", { latency: 0, error_burst: 4 }))).toBe("look");
    expect(healthLevel(health("a", { latency: 0, error_burst: 0, success_rate: 5 }))).toBe("unwell");
  });

  it("is silent without an event today", () => {
    expect(healthLevel(health("a", SILENT))).toBe("silent");
  });
});

it("the worst agent is first, and slow and silent ones are behind those that fail", () => {
  const rows = [
    health("well", {}),
    health("slow", { latency: 0, success_rate: null, cost_anomaly: null }),
    health("silent", SILENT),
    health("failing", { latency: 12, success_rate: 0 }),
    health("worse", { latency: 0, success_rate: 0, error_burst: 0 }),
  ];
  expect(worstFirst(rows).map(({ agent_id }) => agent_id)).toEqual(["worse", "failing", "silent", "slow", "well"]);
});
