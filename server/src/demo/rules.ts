/** Decides whether a run is running and whether another can start. Pure. */
import type { Tier } from "../tiers/index.ts";
import type { Demo, StoredRun } from "./schema.ts";

const LOST = "The server stopped before the run ended.";

export function isRunning({ ended_at, expires_at }: Pick<StoredRun, "ended_at" | "expires_at">, now: Date): boolean {
  return ended_at === null && new Date(expires_at) > now;
}

/** Returns the state of the demo. `unavailable` is the reason, other than a running demo, why no run can start. */
export function toWire(
  run: StoredRun | undefined,
  unavailable: string | undefined,
  now: Date,
  is_offered = true,
): Demo {
  const reason = run && isRunning(run, now) ? alreadyRunning(run) : unavailable;
  return {
    is_offered,
    state: run && isRunning(run, now) ? "running" : "idle",
    available: reason === undefined,
    reason: reason ?? null,
    started_at: run?.started_at ?? null,
    root_task_id: run?.root_task_id ?? null,
    last_result: run ? resultOf(run, now) : null,
  };
}

function resultOf(run: StoredRun, now: Date): Demo["last_result"] {
  if (isRunning(run, now)) return null;
  const { outcome, reason, ended_at } = run;
  if (outcome === null || ended_at === null) return { outcome: "failed", reason: LOST, ended_at: run.expires_at };
  return { outcome, reason, ended_at };
}

export function alreadyRunning({ started_at }: Pick<StoredRun, "started_at">): string {
  return `The demo has been running in this workspace since ${started_at}.`;
}

/**
 * Returns a reason when the tier has too few keys left for a run. The crew checks the limit of agents, because it can
 * use the agents of earlier runs again.
 */
export function keyLimitReason({ tier_name, limits }: Tier, used: number, needed: number): string | undefined {
  const room = Math.max(0, limits.max_api_keys - used);
  if (needed <= room) return undefined;
  return `The demo needs ${needed} keys during a run, and the ${tier_name} tier has ${room} left.`;
}
