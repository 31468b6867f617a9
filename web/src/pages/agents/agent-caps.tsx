/** The daily caps above an agent: what is used, and what follows when nothing is left. */
import type { Headroom } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Gauge } from "lucide-react";
import { useCaps, useCapsOf } from "../../data/caps.ts";
import { capText, capUseText } from "../../domain/limits/cap-words.ts";
import { TopUpButton } from "../../domain/limits/top-up-button.tsx";
import { WaitingRequest } from "../../domain/requests/waiting-request.tsx";
import { LimitBar } from "../../ui/limit-bar.tsx";
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

export function CapBars({ agentId }: { agentId: string }) {
  const caps = useCapsOf(agentId);
  if (!caps) return null;
  const hasOwn = caps.some(({ agent_id }) => agent_id === agentId);
  return (
    <>
      <ul className="mt-4 max-w-xl space-y-3 empty:hidden">
        {caps.map((cap) => (
          <li key={cap.policy_id}>
            <CapBar cap={cap} />
          </li>
        ))}
      </ul>
      {caps.length > 0 && (
        <p className="mt-2 text-xs text-ink-3">A cap counts usage when it is reported, also of earlier days.</p>
      )}
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
  const name = (
    <Link to="/limits" className="hover:underline">
      {label}:{" "}
    </Link>
  );
  return (
    <LimitBar
      use={{ used, reserved, cap: cap.cap + top_up, hasUnpriced: unpriced_events > 0 }}
      label={label}
      isStacked
      sign={name}
    >
      {capUseText(cap)}
    </LimitBar>
  );
}
