/** Limits and requests in the sentence of a fact. One read gives the names of many. */
import type { RiskPolicy } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { AgentName } from "../agents/agent-name.tsx";
import { typeLabel } from "../limits/limit-words.ts";
import { fieldText } from "../requests/request-words.ts";
import type { LimitChange } from "./telling.ts";

/** The server gives no more at once. An older limit or request has no name here. */
const NAMED_MAX = 200;
const NAMES: Partial<Record<RiskPolicy["policy_type"], string>> = { daily_spend_cap: "daily cap" };

interface LimitProps {
  id: string;
  change?: LimitChange | undefined;
  isFirst: boolean;
}

export function LimitPart({ id, change, isFirst }: LimitProps) {
  const { permissions } = useSession();
  const { data } = useRead(
    ["risk", "policies", "names"],
    ({ risk }, call) => risk.listPolicies({ limit: NAMED_MAX }, call),
    { enabled: permissions.has("risk:read") },
  );
  const policy = data?.items.find((one) => one.id === id);
  if (!policy) {
    return (
      <>
        {isFirst ? "A limit" : "a limit"}
        {change && ` · ${plainChange(change)}`}
      </>
    );
  }
  const { policy_type, agent_id } = policy;
  const name = NAMES[policy_type] ?? `limit of ${typeLabel(policy_type).toLowerCase()}`;
  return (
    <>
      {isFirst ? "The" : "the"} {name} of {agent_id === null ? "the workspace" : <AgentName id={agent_id} />}
      {change && ` ${changeText(policy_type, change)}`}
    </>
  );
}

const plainChange = ({ field, from, to }: LimitChange): string =>
  [field.replaceAll("_", " "), ...(from === undefined ? ["to"] : [String(from), "→"]), String(to)].join(" ");

/** `from $5.00 to $8.00`, or `cooldown from 5 min to 15 min`. */
function changeText(type: RiskPolicy["policy_type"], { field, from, to }: LimitChange): string {
  if (field !== "threshold_value" && field !== "action_type" && field !== "cooldown_minutes")
    return `· ${plainChange({ field, from, to })}`;
  const value = (one: unknown) => fieldText(type, field, one as string | number);
  const range = from === undefined ? `to ${value(to)}` : `from ${value(from)} to ${value(to)}`;
  return field === "threshold_value" ? range : `· ${field.replaceAll("_", " ")} ${range}`;
}

export function RequestPart({ id, isFirst }: { id: string; isFirst: boolean }) {
  const { permissions } = useSession();
  const { data } = useRead(
    ["governance", "names"],
    ({ governance }, call) => governance.listRequests({ limit: NAMED_MAX }, call),
    { enabled: permissions.has("governance:read") },
  );
  const request = data?.items.find((one) => one.id === id);
  return (
    <>
      <Link to="/requests/$id" params={{ id }} className="relative z-1 font-medium hover:underline">
        {isFirst ? "The request" : "the request"}
        {request && (
          <>
            {" “"}
            <AgentLine text={request.title.slice(0, TITLE_LENGTH_MAX)} />”
          </>
        )}
      </Link>
      {request && (
        <>
          {" "}
          of <AgentName id={request.agent_id} />
        </>
      )}
    </>
  );
}

const TITLE_LENGTH_MAX = 100;
