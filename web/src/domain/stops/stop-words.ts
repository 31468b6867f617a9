/** The words of stops. */
import { STOP_PARTS, type Stop } from "@bailiwick/sdk";
import { counted, countText } from "../../ui/count.tsx";

export type StopPart = Stop["what"][number];

export const PART_NAMES: Record<StopPart, string> = {
  starts: "Starts",
  running: "Running work",
  actions: "Actions",
  keys: "Keys of agents",
};
/** The parts that a stop has unless a person chooses others. */
export const USUAL_PARTS = STOP_PARTS.filter((part) => part !== "keys");

export const PART_HINTS: Record<StopPart, string> = {
  starts: "Nothing is claimed or started. Waiting tasks keep their place.",
  running: "Each agent learns of the stop at its next heartbeat, and no lease is extended.",
  actions: "Approvals of actions wait.",
  keys: "The keys of the agents are refused, for telemetry too.",
};

export const partsText = (parts: readonly StopPart[]): string =>
  parts.map((part, index) => (index === 0 ? PART_NAMES[part] : PART_NAMES[part].toLowerCase())).join(", ");

/** `2 of 3 running tasks confirmed`. */
export function confirmedText({ what, drill, running_count, confirmed_count, waiting_count }: Stop): string {
  if (drill) return `${counted(running_count, "running task")}, ${countText(waiting_count)} waiting`;
  if (!what.includes("running")) return `${counted(running_count, "task")} went on`;
  if (running_count === 0) return "No task ran";
  return `${countText(confirmed_count)} of ${counted(running_count, "running task")} confirmed`;
}
