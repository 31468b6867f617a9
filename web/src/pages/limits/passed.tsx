/** The value that passed a limit, and the piece of work that a loop breaker saw. */
import type { ListedRiskEvent as RiskEvent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { valueText } from "../../domain/limits/limit-words.ts";
import { TaskName } from "../../domain/usage/task-name.tsx";
import { shortId } from "../../ui/id.tsx";

interface Seen {
  task_id?: string;
  run_id?: string;
  tool?: string;
}

/** Events of caps have no piece of work. */
const seenBy = ({ result }: RiskEvent): Seen => (result.about ?? {}) as Seen;

/** `read_file 15 times, above 10`, or `$12.40, above $5.00`. */
export function passedText(event: RiskEvent): string {
  const { policy_type, breach_value, threshold_value } = event;
  const { tool } = seenBy(event);
  if (policy_type === "repeated_tool_calls" && tool)
    return `${tool.slice(0, TOOL_LENGTH_MAX)} ${breach_value} times, above ${threshold_value}`;
  return `${valueText(policy_type, breach_value)}, above ${valueText(policy_type, threshold_value)}`;
}

const TOOL_LENGTH_MAX = 40;

export function Work({ of: event }: { of: RiskEvent }) {
  const { task_id, run_id } = seenBy(event);
  if (task_id)
    return (
      <span className="flex min-w-0 items-baseline gap-1.5 text-ink-2">
        · <TaskName id={task_id} isLine />
      </span>
    );
  if (!run_id) return null;
  return (
    <Link to="/runs/$id" params={{ id: run_id }} className="relative z-1 shrink-0 text-ink-2 hover:underline">
      · run {shortId(run_id)}
    </Link>
  );
}
