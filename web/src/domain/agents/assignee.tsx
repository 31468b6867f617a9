/** The agent of a task, or the role or tags whose agents may claim the task. */
import type { Task } from "@bailiwick/sdk";
import { AgentLine } from "../../ui/agent-text.tsx";
import { AgentName } from "./agent-name.tsx";

type Assigned = Pick<Task, "assigned_to_agent_id" | "assigned_role" | "assigned_tags">;

export function Assignee({ task, isLink = true }: { task: Assigned; isLink?: boolean }) {
  const { assigned_to_agent_id: id, assigned_role: role, assigned_tags: tags } = task;
  if (id !== null) return <AgentName id={id} isLink={isLink} />;
  return <span className="truncate text-ink-2">{role === null ? <Tags tags={tags ?? []} /> : `Role: ${role}`}</span>;
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <>
      Tags: <AgentLine text={tags.join(", ")} />
    </>
  );
}
