/** Who sent a message. */
import type { Message } from "@bailiwick/sdk";
import { PersonName } from "./actor-name.tsx";
import { AgentName } from "./agent-name.tsx";

export function Sender({ message: { role, from_agent_id, from_user_id } }: { message: Message }) {
  if (from_agent_id) return <AgentName id={from_agent_id} />;
  if (from_user_id) return <PersonName id={from_user_id} />;
  return role === "system" ? "Bailiwick" : "unknown";
}
