/** Decides how long telemetry is kept. Pure. */
import { invalid } from "../kernel/problem.ts";

/** A day of events is dropped for all workspaces soon after. */
export const FLOOR_DAYS_MAX = 185;

/** The workspace may keep more than its tier, never less. */
export function keptDays(tierDays: number, floorDays: number | null): number {
  return Math.max(tierDays, floorDays ?? 0);
}

export function requireFloor(tierDays: number, floorDays: number | null): void {
  if (floorDays !== null && floorDays < tierDays)
    throw invalid("/floor_days", `must be at least the ${tierDays} days of the tier, or null.`);
}
