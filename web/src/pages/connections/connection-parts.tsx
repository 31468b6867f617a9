/** The state of a connection, and who may use it. */
import type { Connection } from "@bailiwick/sdk";
import { CircleCheck, CircleSlash, CircleX } from "lucide-react";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Chip } from "../../domain/status.tsx";
import { counted } from "../../ui/count.tsx";

const LOOKS = {
  connected: { tone: "completed", icon: CircleCheck, word: "Connected" },
  error: { tone: "failed", icon: CircleX, word: "Error" },
  disconnected: { tone: "queued", icon: CircleSlash, word: "Disconnected" },
} as const;

export function ConnectionState({ of: { status } }: { of: Pick<Connection, "status"> }) {
  return <Chip {...LOOKS[status]} isPlain />;
}

const NAMED_MAX = 2;

/** In a row. */
export function Users({ of: { agent_ids } }: { of: Connection }) {
  if (agent_ids == null) return <span className="text-ink-2">all agents</span>;
  if (agent_ids.length === 0) return <span className="text-ink-2">no agent</span>;
  if (agent_ids.length > NAMED_MAX) return <span className="text-ink-2">{counted(agent_ids.length, "agent")}</span>;
  return (
    <span className="flex min-w-0 gap-x-3">
      {agent_ids.map((id) => (
        <AgentName key={id} id={id} isLink={false} />
      ))}
    </span>
  );
}
