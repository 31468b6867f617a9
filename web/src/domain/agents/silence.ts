/** The silence of an agent that holds tasks. Pure. */
import type { Agent } from "@bailiwick/sdk";
import { counted } from "../../ui/count.tsx";

export interface Silence {
  /** For narrow columns. */
  short: string;
  full: string;
}

/** Returns undefined for an agent without a task, because it has finished and left, and for one that calls. */
export function silenceOf(presence: Agent["presence"], nowMs: number): Silence | undefined {
  const { state, current_tasks, last_seen_at } = presence;
  if (state === "online" || current_tasks === 0) return undefined;
  const holds = `holds ${counted(current_tasks, "task")}`;
  if (!last_seen_at) return { short: "Silent", full: `Silent, ${holds}` };
  const time = timeText(nowMs - Date.parse(last_seen_at));
  return { short: `Silent ${time}`, full: `Silent for ${time}, ${holds}` };
}

const MINUTE_MS = 60_000;
const HOUR_MIN = 60;
const DAY_MIN = 1_440;

/** `12 min`, `3 h`, `2 d`. */
function timeText(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / MINUTE_MS));
  if (minutes < HOUR_MIN) return `${minutes} min`;
  return minutes < DAY_MIN ? `${Math.floor(minutes / HOUR_MIN)} h` : `${Math.floor(minutes / DAY_MIN)} d`;
}
