/** The state of an agent in one word, from its status, its presence and its work. */
import type { Agent } from "@bailiwick/sdk";
import { usePresence } from "../../data/presence.ts";
import { useNow } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { AgentStatus, Presence } from "../status.tsx";
import { silenceOf } from "./silence.ts";

export function AgentState({ row: { id, status } }: { row: Pick<Agent, "id" | "status"> }) {
  const presence = usePresence(id);
  if (status === "active" && !presence) return <span className="text-sm text-ink-3">unknown</span>;
  return <StateWord status={status} presence={presence} />;
}

interface StateProps {
  status: Agent["status"];
  presence: Agent["presence"] | undefined;
  /** `full`: with the time of a silence and the number of held tasks. `tight`: the tip says them. */
  size?: "tight" | "row" | "full";
}

export function StateWord({ status, presence, size = "row" }: StateProps) {
  if (status !== "active" || !presence) return <AgentStatus status={status} isPlain />;
  const { state, current_tasks } = presence;
  if (state !== "online" && current_tasks > 0) return <Silent presence={presence} size={size} />;
  return (
    <span className={`${LINE} text-ink-2`}>
      {/* An agent without a task has finished and left, which is no problem. */}
      <Presence state={state === "online" ? state : "offline"} hasWord={false} />
      {state !== "online" ? "Offline" : current_tasks > 0 ? "Working" : "Ready"}
    </span>
  );
}

const LINE = "inline-flex h-5 items-center gap-1.5 align-middle text-sm whitespace-nowrap";

function Silent({ presence, size }: { presence: Agent["presence"]; size: NonNullable<StateProps["size"]> }) {
  const { short, full } = silenceOf(presence, useNow()) ?? { short: "Silent", full: "Silent" };
  return (
    <Tip text={size === "full" ? undefined : full}>
      <span className={`${LINE} font-medium text-blocked`}>
        <Presence state="stale" hasWord={false} />
        {size === "full" ? full : size === "row" ? short : "Silent"}
      </span>
    </Tip>
  );
}
