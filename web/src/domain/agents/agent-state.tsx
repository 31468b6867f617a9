/** The state of an agent in one word, from its status, its presence and its work. */
import type { Agent } from "@bailiwick/sdk";
import { usePresence } from "../../data/presence.ts";
import { AgentStatus, Presence } from "../status.tsx";

const WORDS: Record<Agent["presence"]["state"], string> = { online: "Ready", stale: "Silent", offline: "Offline" };

export function AgentState({ row: { id, status } }: { row: Pick<Agent, "id" | "status"> }) {
  const presence = usePresence(id);
  if (status === "active" && !presence) return <span className="text-sm text-ink-3">unknown</span>;
  return <StateWord status={status} presence={presence} />;
}

interface StateProps {
  status: Agent["status"];
  presence: Agent["presence"] | undefined;
}

export function StateWord({ status, presence }: StateProps) {
  if (status !== "active" || !presence) return <AgentStatus status={status} isPlain />;
  const state = shownState(presence);
  return (
    <span className="inline-flex items-center gap-1.5 text-sm whitespace-nowrap text-ink-2">
      <Presence state={state} hasWord={false} />
      {state === "online" && presence.current_tasks > 0 ? "Working" : WORDS[state]}
    </span>
  );
}

/** Silence is a problem only while the agent holds a task. An agent without one has finished and left. */
function shownState({ state, current_tasks }: Agent["presence"]): Agent["presence"]["state"] {
  return state === "stale" && current_tasks === 0 ? "offline" : state;
}
