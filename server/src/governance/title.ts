/** The sentence that names a request, for lists, mails and messages. Pure. */
import { usdText } from "../kernel/money.ts";
import type { PolicyRow } from "../risk/schema.ts";
import type { RequestedChange } from "./schema.ts";

type Limit = Pick<PolicyRow, "policy_type" | "agent_id">;
type Words = { name: string; value: (value: number) => string };

const LIMITS: Record<PolicyRow["policy_type"], Words> = {
  daily_spend_cap: { name: "the daily cap", value: usdText },
  error_rate_cap: { name: "the limit on failed runs", value: (value) => `${value} %` },
  token_rate_cap: { name: "the limit on tokens", value: (value) => `${value.toLocaleString("en-US")} a minute` },
  repeated_tool_calls: { name: "the limit on repeated tool calls", value: String },
  cost_without_progress: { name: "the limit on cost without progress", value: usdText },
  restarts_without_result: { name: "the limit on restarts without a result", value: String },
};

/** Returns a sentence such as "Raise the daily cap of the workspace from $5.00 to $8.00". */
export function titleOf({ policy_type, agent_id }: Limit, change: Omit<RequestedChange, "policy_id">): string {
  const { field, current_value: from, requested_value: to } = change;
  const { name, value } = LIMITS[policy_type];
  const limit = agent_id === null ? `${name} of the workspace` : name;
  if (field === "action_type") return `Change what ${limit} does from ${spaced(from)} to ${spaced(to)}`;
  const isMore = Number(to) > Number(from);
  const text = field === "threshold_value" ? value : (minutes: number) => `${minutes} min`;
  const values = `from ${text(Number(from))} to ${text(Number(to))}`;
  if (field === "threshold_value") return `${isMore ? "Raise" : "Lower"} ${limit} ${values}`;
  return `${isMore ? "Lengthen" : "Shorten"} the cooldown of ${limit} ${values}`;
}

const spaced = (action: unknown) => String(action).replaceAll("_", " ");
