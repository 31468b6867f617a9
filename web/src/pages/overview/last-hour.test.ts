import type { Fact, FactType } from "@bailiwick/sdk";
import { describe, expect, it } from "vitest";
import { FACTS_MAX, joinFacts, linesOf, minutesOf, progressByTask, titlesIn } from "./last-hour.ts";

const NOW = Date.UTC(2026, 0, 1, 12, 30, 20);
const EMPTY = { facts: [], knownFromMs: 0 };

function aFact(
  id: string,
  ageSeconds: number,
  type: FactType = "task.started",
  data: Record<string, unknown> = {},
  task = "t1",
): Fact {
  return {
    id,
    type,
    data,
    actor: { kind: "agent", id: "a1", key_id: null },
    subject: { kind: "task", id: task },
    request_id: "r",
    trace_id: null,
    created_at: new Date(NOW - ageSeconds * 1_000).toISOString(),
  } as Fact;
}
const ids = (facts: readonly Fact[]) => facts.map(({ id }) => id);

describe("the facts of the last hour", () => {
  it("are listed once, newest first, and none is older than an hour", () => {
    const first = joinFacts(EMPTY, [aFact("b", 60), aFact("old", 3_700)], NOW);
    const { facts } = joinFacts(first, [aFact("c", 5), aFact("b", 60), aFact("a", 90)], NOW);
    expect(ids(facts)).toEqual(["c", "b", "a"]);
  });

  it("leave out facts of governance that repeat facts of tasks", () => {
    expect(joinFacts(EMPTY, [aFact("g", 5, "governance.task_blocked")], NOW).facts).toEqual([]);
  });

  it("beyond the limit are dropped, and the hour is known only from the oldest kept fact on", () => {
    const many = Array.from({ length: FACTS_MAX + 10 }, (_, at) => aFact(`f${at}`, at / 2));
    const { facts, knownFromMs } = joinFacts(EMPTY, many, NOW);
    expect(facts).toHaveLength(FACTS_MAX);
    expect(knownFromMs).toBe(NOW - (FACTS_MAX - 1) * 500);
  });
});

describe("minutes", () => {
  it("count by kind, and the last one is now", () => {
    const facts = [aFact("a", 5), aFact("b", 10, "task.completed"), aFact("c", 30), aFact("z", 59 * 60)];
    const minutes = minutesOf({ facts, knownFromMs: 0 }, NOW);
    expect(minutes).toHaveLength(60);
    expect(minutes.at(-1)).toMatchObject({ counts: { work: 1, done: 1 }, total: 2 });
    expect(minutes.at(-2)).toMatchObject({ counts: { work: 1 }, total: 1 });
    expect(minutes[0]?.total).toBe(1);
  });

  it("are unknown before the known time", () => {
    const minutes = minutesOf({ facts: [], knownFromMs: NOW - 120_000 }, NOW);
    expect(minutes.filter(({ isKnown }) => isKnown)).toHaveLength(3);
  });

  it("count a fact from a clock that is ahead as now", () => {
    expect(minutesOf({ facts: [aFact("a", -90)], knownFromMs: 0 }, NOW).at(-1)?.total).toBe(1);
  });
});

describe("lines", () => {
  const facts = [
    aFact("a", 1, "task.progress"),
    aFact("b", 2, "task.progress"),
    aFact("c", 3),
    aFact("d", 4, "task.progress", {}, "t2"),
    aFact("e", 70),
  ];

  it("hold only the last report of each task", () => {
    expect(ids(linesOf(facts, 30))).toEqual(["a", "c", "d", "e"]);
    expect(ids(linesOf(facts, 2))).toEqual(["a", "c"]);
  });

  it("can be limited to one minute", () => {
    expect(ids(linesOf(facts, 30, Math.floor((NOW - 70_000) / 60_000) * 60_000))).toEqual(["e"]);
  });
});

describe("titles", () => {
  it("come from the facts of new tasks", () => {
    const facts = [
      aFact("a", 1, "task.created", { title: "One" }),
      aFact("b", 2, "task.started", { title: "No" }, "t2"),
    ];
    expect([...titlesIn(facts)]).toEqual([["t1", "One"]]);
  });
});

describe("progress", () => {
  it("is the last report of each task", () => {
    const facts = [aFact("a", 1, "task.progress", { done: 2 }), aFact("b", 2, "task.progress", { done: 1 })];
    expect(progressByTask(facts).get("t1")).toEqual({ done: 2 });
  });
});
