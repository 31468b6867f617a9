/** Kinds of facts, for colours and counts. */
import type { FactType } from "@bailiwick/sdk";

export type FactKind = "work" | "done" | "stuck" | "wrong" | "message" | "change";

const STUCK: ReadonlySet<string> = new Set<FactType>([
  "task.blocked",
  "task.escalated",
  "task.retried",
  "agent.paused",
  "agent.parked",
  "agent.starts_refused",
]);
const WRONG: ReadonlySet<string> = new Set<FactType>([
  "task.failed",
  "task.lease_expired",
  "task.late_result",
  "task.dependency_failed",
  "task.overdue",
  "message.overdue",
]);

export function factKind(type: string): FactKind {
  if (type === "task.completed" || type === "task.late_accepted") return "done";
  if (STUCK.has(type)) return "stuck";
  if (WRONG.has(type)) return "wrong";
  if (type.startsWith("task.")) return "work";
  return type.startsWith("message.") ? "message" : "change";
}

export const FACT_KINDS: readonly { kind: FactKind; word: string; ground: string }[] = [
  { kind: "work", word: "Work", ground: "bg-running" },
  { kind: "done", word: "Completed", ground: "bg-completed" },
  { kind: "stuck", word: "Stuck", ground: "bg-blocked" },
  { kind: "wrong", word: "Went wrong", ground: "bg-failed" },
  { kind: "message", word: "Messages", ground: "bg-accent" },
  { kind: "change", word: "Changes", ground: "bg-ink-3" },
];
