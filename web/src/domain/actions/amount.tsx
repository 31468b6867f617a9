/** The money that an action spends, under each daily cap of its agent. */
import type { AgentAction, Headroom } from "@bailiwick/sdk";
import { useCapsOf } from "../../data/caps.ts";
import { cx } from "../../ui/class-names.ts";
import { LimitBar } from "../../ui/limit-bar.tsx";
import { Money, shortUsd } from "../../ui/money.tsx";

interface AmountProps {
  of: Pick<AgentAction, "agent_id" | "status">;
  usd: number;
}

export function Amount({ of: { agent_id, status }, usd }: AmountProps) {
  const caps = useCapsOf(agent_id) ?? [];
  // From the approval on, the amount is among what is reserved or used.
  const added = status === "pending" ? usd : 0;
  return (
    <div className="space-y-2">
      <p className="text-lg font-semibold">
        <Money usd={usd} />
      </p>
      {caps.map((cap) => (
        <UnderCap key={cap.policy_id} cap={cap} added={added} />
      ))}
      {caps.length === 0 && <p className="text-sm text-ink-2">No daily cap limits it.</p>}
    </div>
  );
}

function UnderCap({ cap: { agent_id, cap, top_up, used, reserved }, added }: { cap: Headroom; added: number }) {
  const name = agent_id === null ? "Daily cap of the workspace" : "Daily cap of the agent";
  const limit = cap + top_up;
  const left = limit - used - reserved;
  return (
    <div>
      <LimitBar use={{ used, reserved: reserved + added, cap: limit }} label={name}>
        {name}: {shortUsd(used)} used{reserved > 0 && `, ${shortUsd(reserved)} reserved`}
        {added > 0 && `, ${shortUsd(added)} for it`} of {shortUsd(limit)}
      </LimitBar>
      {added > 0 && (
        <p className={cx("text-sm", added > left ? "text-failed" : "text-ink-2")}>
          {added > left
            ? `Only ${shortUsd(Math.max(0, left))} are left, so its approval is refused.`
            : `${shortUsd(left - added)} will be left.`}
        </p>
      )}
    </div>
  );
}
