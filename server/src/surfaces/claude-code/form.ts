/** The form of the hooks of Claude Code. Unknown fields and unknown events are accepted. */

type Json = Readonly<Record<string, unknown>>;

/** A call that the gate decides about. */
export interface HookCall {
  event: "PreToolUse" | "PermissionRequest";
  input: {
    tool_name: string;
    input: Record<string, unknown>;
    cwd?: string;
    session_id?: string;
  };
}

export interface GateAnswer {
  decision: "allow" | "deny" | "wait" | "none";
  reason: string | null;
  input: Record<string, unknown> | null;
}

/** The answer for a call that waits for a person: `defer` ends a session of `claude -p`, which is resumed later. */
export const WAITS = ["defer", "ask", "deny"] as const;
export type Waits = (typeof WAITS)[number];

const TEXT_MAX = { cwd: 4_096, session_id: 200 } as const;

/** Returns the event of a body of the client; undefined for a body of another form. */
export function eventOf(body: unknown): string | undefined {
  const event = isObject(body) ? body.hook_event_name : undefined;
  return typeof event === "string" ? event : undefined;
}

/** Returns the call of an event before a call; undefined for every other event. */
export function callOf(body: Json): HookCall | undefined {
  const { hook_event_name: event, tool_name, tool_input: input } = body;
  if (event !== "PreToolUse" && event !== "PermissionRequest") return undefined;
  const where = Object.entries(TEXT_MAX).flatMap(([name, most]) => {
    const value = body[name];
    return typeof value === "string" ? [[name, value.slice(0, most).toWellFormed()]] : [];
  });
  // The dispatcher refuses a name and an input of another type.
  return { event, input: { tool_name, input, ...Object.fromEntries(where) } as HookCall["input"] };
}

/** An empty object leaves the decision to the client. */
export function answerTo(event: HookCall["event"], { decision, reason, input }: GateAnswer, waits: Waits): Json {
  if (decision === "none") return {};
  if (event === "PermissionRequest") {
    const behavior = decision === "allow" ? "allow" : "deny";
    const more = behavior === "allow" ? input && { updatedInput: input } : { message: reason };
    return { hookSpecificOutput: { hookEventName: event, decision: { behavior, ...more } } };
  }
  return {
    hookSpecificOutput: {
      hookEventName: event,
      permissionDecision: decision === "wait" ? waits : decision,
      ...(reason !== null && { permissionDecisionReason: reason }),
      ...(input && { updatedInput: input }),
    },
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
