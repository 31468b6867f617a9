import type { Fact, TaskEvent } from "@bailiwick/sdk";
import { describe, expect, it } from "vitest";
import { eventText, type Part, sentenceOf } from "./fact-sentence.ts";

type Kind = Fact["actor"]["kind"];

function sentence(
  type: string,
  data: Record<string, unknown> = {},
  subject = { kind: "task", id: "t1" },
  kind: Kind = "agent",
) {
  const actor = { kind, id: "a1", key_id: null };
  const common = { id: "f", request_id: "r", trace_id: null, created_at: "2026-01-01T00:00:00Z" };
  // Tests write facts of earlier and later servers too.
  return textOf(sentenceOf({ ...common, type, data, subject, actor } as Fact));
}
const textOf = (parts: readonly Part[]): string => parts.map(wordOf).join(" ");
function wordOf(part: Part): string {
  if (typeof part === "string") return part;
  if (part.kind === "thread") return `<${part.words}>`;
  if (part.kind === "limit") return `<limit ${[part.id, ...Object.values(part.change ?? {})].join(" ")}>`;
  return part.kind === "quote" ? part.text : `<${part.kind} ${part.id}>`;
}
const MESSAGE = { kind: "message", id: "m1" };
const PLACE = { to: "a2", thread_id: "h1", task_id: "t9" };

const CAP = { changed_fields: ["threshold_value"], before: { threshold_value: 5 }, after: { threshold_value: 10 } };
const USE = { policy_id: "p1", grant_id: "g1", field: "threshold_value", old_value: 150, new_value: 220 };
const REQUEST = { kind: "request", id: "r1" };
const GRANT = {
  policy_id: "p1",
  duration_minutes: 240,
  allowed_changes: { fields: { threshold_value: { max_value: 250 } } },
};

function event(event_type: TaskEvent["event_type"], payload: Record<string, unknown> = {}, agent_id = "a1") {
  const common = { id: "e", task_id: "t1", user_id: null, created_at: "2026-01-01T00:00:00Z" };
  const { parts, words } = eventText({ ...common, event_type, payload, agent_id });
  return { text: textOf(parts), words };
}

describe("sentences of the feed", () => {
  const moved = { from_agent_id: "a1", to_agent_id: "a2", reason: "Too hard" };
  it.each([
    [sentence("task.created", { assigned_to_agent_id: "a2" }), "<agent a1> created <task t1> for <agent a2>"],
    [
      sentence("task.created", { assigned_to_agent_id: null, assigned_role: "worker" }),
      "<agent a1> created <task t1> for any worker",
    ],
    [
      sentence("task.created", { assigned_to_agent_id: null, assigned_tags: ["gpu", "eu"] }),
      "<agent a1> created <task t1> for any agent with gpu, eu",
    ],
    [sentence("task.started", { attempt: 1 }), "<agent a1> started <task t1>"],
    [sentence("task.started", { attempt: 3 }), "<agent a1> started <task t1> · attempt 3"],
    [sentence("task.failed", { reason: "No." }), "<agent a1> failed <task t1> · No."],
    [sentence("task.assigned", moved), "<agent a1> assigned <task t1> from <agent a1> to <agent a2> · Too hard"],
    [
      sentence("task.lease_expired", { agent_id: "a2", attempt: 2 }, undefined, "system"),
      "<agent a2> lost <task t1> · the lease of attempt 2 ended",
    ],
    [sentence("task.progress", { done: 3, of: 9 }), "<agent a1> works on <task t1> · 3 of 9"],
    [sentence("task.completed", { output_summary: "Long" }), "<agent a1> completed <task t1>"],
    [sentence("agent.paused", {}, { kind: "agent", id: "a2" }, "user"), "<person a1> paused <agent a2>"],
    [sentence("message.sent", PLACE, MESSAGE), "<agent a1> sent <a message> to <someone a2> about <task t9>"],
    [
      sentence("message.sent", { ...PLACE, task_id: null, in_reply_to: "m2" }, MESSAGE),
      "<agent a1> sent <an answer> to <someone a2>",
    ],
    [
      sentence("message.sent", { ...PLACE, in_reply_to: "m2" }, MESSAGE, "system"),
      "Bailiwick sent <a notice> to <someone a2> about <task t9>",
    ],
    [
      sentence("message.overdue", PLACE, MESSAGE, "system"),
      "<A message> to <someone a2> about <task t9> has no answer in time",
    ],
    [
      sentence("key.created", { name: "CI", agent_id: "a2" }, { kind: "key", id: "k1" }, "user"),
      "<person a1> made the key “CI” of <agent a2>",
    ],
    [sentence("session.created", {}, { kind: "session", id: "s1" }, "user"), "<person a1> signed in"],
    [sentence("tier.changed", { from: "free", to: "pro" }, undefined, "service"), "A service changed the tier to pro"],
    [sentence("demo.started", {}, { kind: "demo", id: "d1" }, "user"), "<person a1> started the demo"],
    [
      sentence("policy.updated", CAP, { kind: "risk_policy", id: "p1" }, "user"),
      "<person a1> changed <limit p1 threshold_value 5 10>",
    ],
    [
      sentence("risk.breached", { shadow: true, message: "Looped." }, { kind: "risk_policy", id: "p1" }),
      "<limit p1> would have acted · Looped.",
    ],
    [
      sentence("governance.change_applied", USE, { kind: "risk_policy", id: "p1" }),
      "<agent a1> changed <limit p1 threshold_value 150 220> with a grant",
    ],
    [
      sentence("governance.request_approved", { mode: "once" }, REQUEST, "user"),
      "<person a1> approved <request r1> once",
    ],
    [
      sentence(
        "governance.request_reminded",
        { title: "Raise it", policy_id: "p1", reason: "Full." },
        REQUEST,
        "system",
      ),
      "A request expires soon · Raise it · for <limit p1> · Full.",
    ],
    [
      sentence("governance.grant_created", GRANT, { kind: "grant", id: "g1" }, "user"),
      "<person a1> let an agent change <limit p1 threshold_value 250> with a grant for 4 h",
    ],
    [sentence("governance.grant_used", {}, { kind: "grant", id: "g1" }), "<agent a1> used a grant: a limit"],
    [sentence("governance.task_blocked", { reason: "No." }), "<agent a1> blocked <task t1> · No."],
  ])("%s", (text, expected) => {
    expect(text).toBe(expected);
  });

  it("show the type of a fact that only a newer server knows", () => {
    expect(sentence("policy.fired", { any: 1 }, undefined, "system")).toBe("Bailiwick · policy.fired");
  });

  it("bear data of another shape", () => {
    const odd = { to_agent_id: 7, reason: { a: 1 }, attempt: "x", tool: {}, from_agent_id: [] };
    expect(sentence("task.assigned", odd)).toBe("<agent a1> assigned <task t1>");
    expect(sentence("task.tool_call", odd)).toBe("<agent a1> called a tool for <task t1>");
    expect(sentence("task.failed", { reason: null })).toBe("<agent a1> failed <task t1>");
  });
});

describe("lines of a task's story", () => {
  it("call the task it, and keep the reason apart", () => {
    expect(event("escalated", { from_agent_id: "a1", to_agent_id: null, reason: "Too hard" })).toEqual({
      text: "<agent a1> escalated it to people: no agent stands above",
      words: "Too hard",
    });
    expect(event("overdue", {}, "")).toEqual({ text: "it is overdue" });
    expect(event("completed", { output_summary: "Done." }).words).toBe("Done.");
  });

  it("tell a refused start from a block by the holder", () => {
    expect(event("blocked", { previous_status: "running" }).text).toBe("<agent a1> blocked it");
    expect(event("blocked", { previous_status: "queued" }).text).toBe("<agent a1> was kept from starting it");
  });

  it("say of a task whose last lease ended why it failed", () => {
    expect(event("failed", { reason: "lease_expired" }, "")).toEqual({
      text: "Bailiwick failed it · the lease of its last attempt ended",
    });
    expect(event("failed", { reason: "unseen_attempts" }, "")).toEqual({
      text: "Bailiwick failed it · ten attempts ended before their holder gave a sign",
    });
  });
});
