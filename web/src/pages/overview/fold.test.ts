import type { Fact, FactType } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { foldFacts } from "./fold.ts";

let count = 0;
const aFact = (type: FactType, id: string, by = "me") => {
  const kind = by === "system" ? "system" : "user";
  return { id: `f${count++}`, type, subject: { kind: "task", id }, actor: { kind, id: by } } as Fact;
};
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
    aFact("message.sent", "d", "system"),
    aFact("task.progress", "a"),
    aFact("task.failed", "c"),
  ];
  expect(shown(facts)).toEqual([
    ["a", "task.progress", 1],
    ["b", "task.created", 0],
    ["c", "task.failed", 0],
  ]);
});

it("keys that one caller revokes together are one line, and those of a demo stand with its end", () => {
  const facts = [
    aFact("key.revoked", "k1"),
    aFact("key.revoked", "k2"),
    aFact("key.revoked", "k3", "you"),
    aFact("task.completed", "a"),
    aFact("task.completed", "b"),
    aFact("demo.ended", "d"),
    aFact("key.revoked", "k4", "run"),
    aFact("key.revoked", "k5", "system"),
  ];
  expect(shown(facts)).toEqual([
    ["k1", "key.revoked", 1],
    ["k3", "key.revoked", 0],
    ["a", "task.completed", 0],
    ["b", "task.completed", 0],
    ["d", "demo.ended", 2],
  ]);
});
