/** The daily caps above an agent: what is used, and what follows when nothing is left. */
import type { Headroom } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Gauge } from "lucide-react";
import { useCaps, useCapsOf } from "../../data/caps.ts";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { capText, capUseText } from "../../domain/limits/cap-words.ts";
import { TopUpButton } from "../../domain/limits/top-up-button.tsx";
import { LimitBar } from "../../ui/limit-bar.tsx";
import { shortUsd } from "../../ui/money.tsx";
import { Time } from "../../ui/time.tsx";

/** Stands above all else while a cap refuses the starts of the agent. */
export function CapBanner({ agentId }: { agentId: string }) {
  const cap = useCaps()(agentId);
  if (!cap) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 bg-failed-soft px-4 py-2 text-sm text-failed">
      <Gauge aria-hidden className="size-4 shrink-0" strokeWidth={2} />
      <p className="min-w-0 grow basis-60">
        <span className="font-medium">{capText(cap)}</span>: {capUseText(cap)}.
        {cap.resets_at && (
          <>
            {" "}
            It is free again <Time at={cap.resets_at} />.
          </>
        )}
      </p>
      <WaitingRequest policyId={cap.policy_id} />
      <TopUpButton policyId={cap.policy_id} />
    </div>
  );
}

const REQUESTS_MAX = 100;

/** The request to raise the cap. The inbox shares this read. */
function WaitingRequest({ policyId }: { policyId: string }) {
  const { permissions } = useSession();
  const { data } = useRead(
    ["governance", "pending"],
    (client, call) => client.governance.listPending({ limit: REQUESTS_MAX }, call),
    { enabled: permissions.has("governance:write") },
  );
  const request = data?.items.find(({ policy_id }) => policy_id === policyId);
  if (!request) return null;
  const { field, requested_value } = request.requested_changes;
  return (
    <Link to="/requests/$id" params={{ id: request.id }} className="font-medium underline">
      {field === "threshold_value" ? `A request for ${shortUsd(Number(requested_value))} waits` : "A request waits"}:
      decide
    </Link>
  );
}

export function CapBars({ agentId }: { agentId: string }) {
  const caps = useCapsOf(agentId);
  if (!caps) return null;
  const hasOwn = caps.some(({ agent_id }) => agent_id === agentId);
  return (
    <>
      <ul className="mt-3 max-w-xl space-y-2 empty:hidden">
        {caps.map((cap) => (
          <li key={cap.policy_id}>
            <CapBar cap={cap} />
          </li>
        ))}
      </ul>
      {!hasOwn && (
        <p className="mt-3 text-sm text-ink-3">
          No daily cap of its own.{" "}
          <Link
            to="/limits"
            search={{ create: "yes", agent_id: agentId }}
            className="font-medium text-accent-ink hover:underline"
          >
            Set a cap
          </Link>
        </p>
      )}
    </>
  );
}

function CapBar({ cap }: { cap: Headroom }) {
  const { agent_id, used, reserved, top_up, unpriced_events } = cap;
  const label = agent_id === null ? "Daily cap of the workspace" : "Daily cap of this agent";
  return (
    <>
      <p className="mb-1 flex text-sm text-ink-3">
        {label}
        <Link to="/limits" className="ml-auto font-medium text-accent-ink hover:underline">
          Limits
        </Link>
      </p>
      <LimitBar use={{ used, reserved, cap: cap.cap + top_up, hasUnpriced: unpriced_events > 0 }} label={label}>
        {capUseText(cap)}
      </LimitBar>
    </>
  );
}
