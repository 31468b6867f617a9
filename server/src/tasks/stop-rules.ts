/** Decides about attempts that must end because of a stop. Pure. */
import type { TaskRow } from "./schema.ts";

/** Returns true while a stop requests the end of a running attempt. */
export function isToStop({ status, fence, stop_fence }: Pick<TaskRow, "status" | "fence" | "stop_fence">): boolean {
  return status === "running" && stop_fence === fence;
}
