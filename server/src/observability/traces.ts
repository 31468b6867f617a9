/** A trace is a run of its agent. The trace of a task has the id of the task. */
import { createHash } from "node:crypto";

/** Writes 32 hexadecimal digits as an id. */
export function uuidOf(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Several agents may share a trace, and each has a run of its own. */
export function runOfTrace(
  { trace_id, run_id }: { trace_id?: string; run_id: string | null },
  agentId: string,
): { run_id: string | null } {
  if (trace_id === undefined || run_id !== null) return { run_id };
  const digest = createHash("sha256").update(`${agentId} ${trace_id}`).digest("hex");
  // Version 8 is for ids that somebody else makes.
  return { run_id: uuidOf(`${digest.slice(0, 12)}8${digest.slice(13, 16)}8${digest.slice(17, 32)}`) };
}
