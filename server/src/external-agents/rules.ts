/** Decisions about pushes: how many at once, and the meaning of an answer. Pure. */
import type { Exchange } from "../kernel/outbound/exchange.ts";
import { JSON_DOCUMENT_BYTES_MAX } from "../kernel/schema.ts";

export const LEASE_SECONDS = 5 * 60;
export const ANSWER_WITHIN_MS = 60_000;
/** A push that did not begin so soon after its claim is left to its lease. */
export const BEGINS_WITHIN_MS = 60_000;
/** The output has at most this size. The answer has a few bytes more. */
export const OUTPUT_BYTES_MAX = JSON_DOCUMENT_BYTES_MAX;
export const ANSWER_BYTES_MAX = OUTPUT_BYTES_MAX + 1_024;

/** Open pushes to one agent, of one workspace, and of all workspaces, on this server. */
const OF_AGENT_MAX = 8;
const OF_WORKSPACE_MAX = 32;
const OF_SERVER_MAX = 200;

export interface Open {
  ofAgent: number;
  ofWorkspace: number;
  ofServer: number;
}

/**
 * Returns the number of pushes to an agent that may begin now. When half of the room is used, an agent has one at once, so
 * that receivers that hang leave room for the others.
 */
export function roomOf({ ofAgent, ofWorkspace, ofServer }: Open): number {
  const isBusy = ofWorkspace >= OF_WORKSPACE_MAX / 2 || ofServer >= OF_SERVER_MAX / 2;
  const most = Math.min(
    (isBusy ? 1 : OF_AGENT_MAX) - ofAgent,
    OF_WORKSPACE_MAX - ofWorkspace,
    OF_SERVER_MAX - ofServer,
  );
  return Math.max(most, 0);
}

export type Judged =
  | { result: "completed"; output: unknown; response_status: number }
  | { result: "accepted"; response_status: number }
  | { result: "failed"; error: string; response_status: number | null };

/** 200 with an output completes the task, and 202 says that the agent calls back. Everything else is a failure. */
export function judge(found: Exchange): Judged {
  if (found.answer === "none") return { result: "failed", error: found.error, response_status: null };
  const { status: response_status } = found;
  if (response_status === 202) return { result: "accepted", response_status };
  const fail = (error: string): Judged => ({ result: "failed", error, response_status });
  if (response_status !== 200) return fail(`The agent answered ${response_status}.`);
  if (found.answer === "part") return fail(found.error);
  const body = parsed(found.body);
  if (!isObject(body) || !("output" in body)) return fail("The agent answered 200 without a JSON object with output.");
  if (Buffer.byteLength(JSON.stringify(body.output)) > OUTPUT_BYTES_MAX) {
    return fail(`The output has more than ${OUTPUT_BYTES_MAX} bytes.`);
  }
  return { result: "completed", output: body.output, response_status };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
