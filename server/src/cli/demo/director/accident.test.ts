import { expect, test } from "vitest";
import type { Fact } from "../../../../../sdk/src/index.ts";
import { planAccident } from "./accident.ts";
import type { CrewProcess } from "./processes.ts";

function fact(type: string, data: Record<string, unknown> = {}, { by = "victim", task = "t1" } = {}): Fact {
  return {
    id: "f",
    type,
    actor: { kind: "agent", id: by, key_id: null },
    subject: { kind: "task", id: task },
    data,
    request_id: "r",
    trace_id: null,
    created_at: "2026-11-22T18:00:00.000Z",
  } as Fact;
}

/** Fake processes that record kills and stops. */
function aStage() {
  const killed: number[] = [];
  let pid = 100;
  const next = (): CrewProcess => {
    const own = pid++;
    return {
      member: { role: "worker", name: "Demo worker 2", agentId: "victim", key: "k" },
      pid: own,
      kill: () => void killed.push(own),
      stop: async () => undefined,
    };
  };
  return { killed, accident: planAccident(next(), next) };
}

test("kills a worker in the middle of a task, replaces it when the lease is lost, and names the recovered task", () => {
  const { killed, accident } = aStage();
  expect(accident.watch(fact("task.started"))).toBeUndefined();
  expect(accident.watch(fact("task.progress", { done: 1, of: 9 }, { by: "other" }))).toBeUndefined();
  expect(accident.watch(fact("task.progress", { done: 9, of: 9 }))).toBeUndefined();
  expect(killed).toEqual([]);
  expect(accident.watch(fact("task.progress", { done: 1, of: 9 }))).toContain("SIGKILL to process 100");
  expect(killed).toEqual([100]);
  expect(accident.watch(fact("task.lease_expired", {}, { by: "x", task: "t2" }))).toBeUndefined();
  expect(accident.watch(fact("task.lease_expired", {}, { by: "task-sweep" }))).toContain("process 101");
  expect(accident.recovered()).toBeUndefined();
  accident.watch(fact("task.progress", { done: 1, of: 9 }));
  accident.watch(fact("task.completed", { attempt: 2 }));
  expect(accident.recovered()).toBe("t1");
  expect(killed).toEqual([100]);
});

test("a kill that came after the result was sent is tried again on the next task", () => {
  const { killed, accident } = aStage();
  accident.watch(fact("task.progress", { done: 8, of: 9 }));
  expect(accident.watch(fact("task.completed"))).toContain("process 101");
  expect(accident.watch(fact("task.progress", { done: 1, of: 9 }, { task: "t2" }))).toContain("SIGKILL to process 101");
  expect(killed).toEqual([100, 101]);
});
