/**
 * Threads that everybody can find without asking: those of a task and those of two. Their ids are derived, and of UUID
 * version 8, which no caller may choose for a new thread, so nobody can take such a place beforehand.
 */
import { createHash } from "node:crypto";

export function taskThreadId(taskId: string): string {
  return derived(`task ${taskId}`);
}

/** The same whoever of the two writes. */
export function directThreadId(one: string, other: string): string {
  return derived(`direct ${[one, other].sort().join(" ")}`);
}

export function isDerived(threadId: string): boolean {
  return threadId.charAt(14) === "8";
}

function derived(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
