/**
 * The threads of a task and the direct threads of two parties have derived ids, so callers can compute them. The ids
 * are of UUID version 8. No caller may choose such an id for a new thread, so none can create these threads first.
 */
import { createHash } from "node:crypto";

export function taskThreadId(taskId: string): string {
  return derived(`task ${taskId}`);
}

/** Returns the same id for both directions. */
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
