/** What the columns of a gate mean. The hot claim decides on the columns; these rules decide alone and explain. */
import type { GateStatus } from "./store.ts";

/** A start that was refused: what a machine and a person need to know. */
export interface Refusal {
  code: string;
  reason: string;
  /** What would lift it. */
  next_step: string;
}

interface GateState {
  status: GateStatus;
  running: number;
  running_max: number | null;
  throttle_per_minute: number | null;
  throttle_tokens: number;
  throttle_at: string;
}

/** The token bucket of a throttled agent, filled up to now. It holds one minute's starts at most. */
export function throttleTokens(gate: GateState, now: Date): number {
  if (gate.throttle_per_minute === null) return 0;
  const minutes = Math.max(0, now.getTime() - Date.parse(gate.throttle_at)) / 60_000;
  return Math.min(gate.throttle_per_minute, gate.throttle_tokens + minutes * gate.throttle_per_minute);
}

/** Why the agent may not start anything now; undefined when it may. */
export function gateRefusal(gate: GateState, now: Date): Refusal | undefined {
  if (gate.status !== "active") {
    const reason = `The assigned agent is ${gate.status}.`;
    const next_step = gate.status === "paused" ? "Resume the agent, or assign the task to another." : ARCHIVED_STEP;
    return { code: `agent_${gate.status}`, reason, next_step };
  }
  if (gate.running_max !== null && gate.running >= gate.running_max) {
    return {
      code: "at_limit",
      reason: `The agent runs ${gate.running} of at most ${gate.running_max} tasks.`,
      next_step: "Wait until one of its tasks ends, or raise max_running_tasks.",
    };
  }
  if (gate.throttle_per_minute !== null && throttleTokens(gate, now) < 1) {
    return {
      code: "throttled",
      reason: `The agent is throttled to ${gate.throttle_per_minute} starts a minute.`,
      next_step: "Try again within a minute.",
    };
  }
  return undefined;
}

/** How many tasks the agent may start now. */
export function startsLeft(gate: GateState, now: Date): number {
  if (gate.status !== "active") return 0;
  const running = gate.running_max === null ? Number.POSITIVE_INFINITY : gate.running_max - gate.running;
  const throttled = gate.throttle_per_minute === null ? running : Math.floor(throttleTokens(gate, now));
  return Math.max(0, Math.min(running, throttled));
}

const ARCHIVED_STEP = "Assign the task to another agent.";
