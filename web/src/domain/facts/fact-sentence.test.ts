import type { Fact } from "@bailiwick/sdk";
import { describe, expect, it } from "vitest";
import { type Part, progressOf, sentenceOf } from "./fact-sentence.ts";

function sentenceFor(
  type: string,
  data: Fact["data"] = {},
  subject = { kind: "task", id: "t1" },
  kind: Fact["actor"]["kind"] = "agent",
) {
  const actor = { kind, id: "a1", key_id: null };
  const fact = {
    id: "f",
    type,
    data,
    subject,
    actor,
    request_id: "r",
    trace_id: null,
    created_at: "2026-01-01T00:00:00Z",
  };
  return sentenceOf(fact).map(wordOf).join(" ");
}
const wordOf = (part: Part): string =>
  typeof part === "string" ? part : part.kind === "quote" ? part.text : `<${part.kind} ${part.id}>`;

describe("sentences", () => {
  it.each([
    [sentenceFor("task.created", { assigned_to_agent_id: "a2" }), "<agent a1> gave <task t1> to <agent a2>"],
    [sentenceFor("task.started", { attempt: 1 }), "<agent a1> started <task t1>"],
    [sentenceFor("task.started", { attempt: 3 }), "<agent a1> started <task t1> · attempt 3"],
    [sentenceFor("task.failed", { reason: "No." }), "<agent a1> failed <task t1> · No."],
    [
      sentenceFor("task.lease_expired", { agent_id: "a2" }, undefined, "system"),
      "<agent a2> lost <task t1> · its lease ended",
    ],
    [sentenceFor("task.progress", { done: 3, of: 9 }), "<agent a1> works on <task t1> · 3 of 9"],
    [sentenceFor("agent.paused", {}, { kind: "agent", id: "a2" }, "user"), "<person a1> paused <agent a2>"],
    [
      sentenceFor("message.sent", { to: "a2", thread_id: "h1", task_id: "t9" }, { kind: "message", id: "m1" }),
      "<agent a1> wrote to <someone a2> in <thread h1> about <task t9>",
    ],
    [
      sentenceFor("key.created", { name: "CI", agent_id: "a2" }, { kind: "key", id: "k1" }, "user"),
      "<person a1> made the key “CI” of <agent a2>",
    ],
    [sentenceFor("role.removed", {}, { kind: "agent", id: "a2" }, "user"), "<person a1> took the role of <agent a2>"],
    [sentenceFor("session.created", {}, { kind: "session", id: "s1" }, "user"), "<person a1> signed in"],
    [
      sentenceFor("tier.changed", { from: "free", to: "pro" }, undefined, "service"),
      "A service changed the tier to pro",
    ],
  ])("%s", (sentence, expected) => {
    expect(sentence).toBe(expected);
  });

  it("show the type of an unknown fact", () => {
    expect(sentenceFor("policy.fired", { any: 1 }, undefined, "system")).toBe("The server · policy.fired");
  });

  it("tolerate data of an unexpected shape", () => {
    expect(sentenceFor("task.assigned", { to_agent_id: 7, reason: { a: 1 } })).toBe(
      "<agent a1> assigned <task t1> to an agent",
    );
    expect(sentenceFor("task.failed", { reason: null })).toBe("<agent a1> failed <task t1>");
  });
});

describe("progress in words", () => {
  it("shows numbers, a note, or plain values", () => {
    expect(progressOf({ done: 1, of: 2, note: "Reading" })).toBe("Reading · 1 of 2");
    expect(progressOf({ percent: 40 })).toBe("40 %");
    expect(progressOf({ files: 3, deep: { a: 1 } })).toBe("files 3");
    expect(progressOf({ deep: {} })).toBeUndefined();
  });
});
