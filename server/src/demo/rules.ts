/** When a run is under way, and what stands in the way of one. */
import type { Tier } from "../tiers/rules.ts";
import type { Demo, StoredRun } from "./schema.ts";

const LOST = "The server that ran it ended before it did.";

export function isRunning({ ended_at, expires_at }: Pick<StoredRun, "ended_at" | "expires_at">, now: Date): boolean {
  return ended_at === null && new Date(expires_at) > now;
}

/** What people are shown; `hindrance` is why no run can be started beside the one that may be under way. */
export function presentDemo(
  run: StoredRun | undefined,
  hindrance: string | undefined,
  now: Date,
  is_offered = true,
): Demo {
  const reason = run && isRunning(run, now) ? underWay(run) : hindrance;
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

export function underWay({ started_at }: Pick<StoredRun, "started_at">): string {
  return `The demo of this workspace has been under way since ${started_at}.`;
}

/** All keys of a run at once; the agents are counted by the crew, which knows those of earlier runs. */
export function roomHindrance({ tier_name, limits }: Tier, used: number, needed: number): string | undefined {
  const room = Math.max(0, limits.max_api_keys - used);
  if (needed <= room) return undefined;
  return `The demo needs ${needed} keys while it runs, and the ${tier_name} tier has room for ${room}.`;
}
