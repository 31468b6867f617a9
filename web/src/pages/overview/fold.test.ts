import type { Fact, FactType } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { foldFacts } from "./fold.ts";

let count = 0;
const aFact = (type: FactType, id: string) => ({ id: `f${count++}`, type, subject: { kind: "task", id } }) as Fact;
const shown = (facts: readonly Fact[]) => foldFacts(facts).map(({ fact, more }) => [fact.subject.id, fact.type, more]);

it("facts about one task that stand together are one line, with the newest first", () => {
  const facts = [aFact("task.completed", "a"), aFact("task.started", "a"), aFact("task.created", "b")];
  expect(shown(facts)).toEqual([
    ["a", "task.completed", 1],
    ["b", "task.created", 0],
  ]);
});

it("of the reports of a task only the last one is a line, and facts that repeat others are left out", () => {
  const facts = [
    aFact("task.progress", "a"),
    aFact("task.created", "b"),
    aFact("governance.task_blocked", "c"),
    aFact("task.progress", "a"),
    aFact("task.failed", "c"),
  ];
  expect(shown(facts)).toEqual([
    ["a", "task.progress", 1],
    ["b", "task.created", 0],
    ["c", "task.failed", 0],
  ]);
});
