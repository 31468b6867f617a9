/** Which agent a sender may name, and the reasons of refusals. Pure. */
import type { Actor } from "../kernel/actor.ts";

/** An agent sends only about itself, and may leave its id out. */
export function ownAgent(given: string | null, { kind, id }: Actor): { agent_id: string } | { reason: string } {
  const agent_id = given ?? (kind === "agent" ? id : null);
  if (agent_id === null) return { reason: "agent_id is missing: only the key of an agent may leave it out." };
  if (kind === "agent" && agent_id !== id) return { reason: "agent_id is not the agent of this key." };
  return { agent_id };
}

interface Known {
  agents: { has(id: string): boolean };
  tasks: { has(id: string): boolean };
}

/** Returns the refusal of an agent or a task that is unknown here. */
export function unknownFault(
  { agent_id, task_id }: { agent_id: string; task_id: string | null },
  { agents, tasks }: Known,
): string | undefined {
  if (!agents.has(agent_id)) return `There is no agent ${agent_id}.`;
  return task_id === null || tasks.has(task_id) ? undefined : `There is no task ${task_id}.`;
}
