/** The words of a daily cap that refuses starts. Pure. */
import type { Headroom } from "@bailiwick/sdk";
import { shortUsd } from "../../ui/money.tsx";

type Full = Pick<Headroom, "agent_id" | "cap" | "top_up" | "used" | "reserved" | "unpriced_events">;

/** `Daily cap used up, starts refused`. */
export function capText(cap: Full): string {
  return `${subjectOf(cap)} ${whyText(cap)}, starts refused`;
}

/** `$5.02 of $5.00 used`. */
export function capUseText({ cap, top_up, used, reserved }: Full): string {
  const held = reserved > 0 ? ` and ${shortUsd(reserved)} reserved` : "";
  return `${shortUsd(used)}${held} of ${shortUsd(cap + top_up)}`;
}

const subjectOf = ({ agent_id }: Full) => (agent_id === null ? "Daily cap of the workspace" : "Daily cap");

function whyText({ cap, top_up, used, unpriced_events }: Full): string {
  if (used >= cap + top_up) return "used up";
  return unpriced_events > 0 ? "closed by usage without a price" : "reserved by running tasks";
}
