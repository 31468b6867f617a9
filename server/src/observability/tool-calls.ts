/** Reads from an event which tool it called, and with which arguments. Pure. */
import { hashInput } from "../kernel/dispatch/idempotency.ts";

/** A call of a tool. Two calls with equal keys have the same tool and the same arguments. */
export interface ToolCall {
  tool: string;
  key: string;
}

const TOOLS = ["tool", "tool_name", "name"] as const;
const ARGUMENTS = ["arguments", "args", "input", "parameters"] as const;
const TOOL_LENGTH_MAX = 100;
/** 132 bits of a SHA-256. */
const KEY_LENGTH = 22;

/** Returns null for another event, and for a call that does not say its tool and its arguments. */
export function toolCallOf(event_type: string, payload: Readonly<Record<string, unknown>>): ToolCall | null {
  if (event_type !== "tool_call") return null;
  const tool = TOOLS.map((name) => payload[name]).find((value) => typeof value === "string" && value !== "");
  if (typeof tool !== "string") return null;
  // A hash takes the place of arguments that the sender keeps to itself. It hides none that are there.
  const given = [...ARGUMENTS, "arguments_hash"].map((name) => payload[name]).find((value) => value !== undefined);
  if (given === undefined) return null;
  return { tool: tool.slice(0, TOOL_LENGTH_MAX), key: hashInput([tool, given]).slice(0, KEY_LENGTH) };
}
