/** Creates a task. */
import type { TasksCreateInput } from "@bailiwick/sdk";
import { TASKS_CREATE_INPUT } from "@bailiwick/sdk/inputs";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { SchemaForm } from "../../domain/forms/schema-form.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TaskLink } from "./task-facts.tsx";

interface CreateProps {
  parentId: string | undefined;
  assigneeId: string | undefined;
  onClose: () => void;
  onCreated: (id: string) => void;
}

const MORE = [
  "priority",
  "due_at",
  "max_attempts",
  "budget_usd",
  "estimated_cost_usd",
  "depends_on",
  "parent_task_id",
] as const;

const LABELS = {
  assigned_to_agent_id: "Agent",
  assigned_role: "Or any agent with the role",
  assigned_tags: "Or any agent with the tags",
  due_at: "Due",
  budget_usd: "Budget (USD)",
  parent_task_id: "Parent (id of a task)",
};
const HINTS = {
  assigned_to_agent_id: "Choose an agent, or a role or tags below.",
  assigned_tags: "The agent must have all of them. Separate tags with commas or spaces.",
  input: "The input for the agent: text, or JSON.",
  budget_usd: "The most that the task and its subtasks may cost.",
  depends_on: "Ids of tasks that must be completed first, one per line.",
};

export function CreateTask({ parentId, assigneeId, onClose, onCreated }: CreateProps) {
  const denied = useDenied("tasks:write");
  const { run, isRunning, error } = useCommand({
    send: (client, input: TasksCreateInput) => client.tasks.create(input),
    changes: ["tasks"],
    isQuiet: true,
  });
  const submit = async (values: Record<string, unknown>) => {
    // The form holds only fields of the operation.
    const task = await run(values as unknown as TasksCreateInput);
    if (task) onCreated(task.id);
  };
  return (
    <Dialog title={parentId ? "New subtask" : "New task"} isOpen onClose={onClose}>
      {parentId && (
        <div className="mb-3 flex min-w-0 gap-2 text-sm text-ink-2">
          Parent: <TaskLink id={parentId} />
        </div>
      )}
      <SchemaForm
        input={TASKS_CREATE_INPUT}
        fields={["title", "assigned_to_agent_id", "assigned_role", "assigned_tags", "input"]}
        more={MORE}
        labels={LABELS}
        hints={HINTS}
        initial={{ assigned_to_agent_id: assigneeId, parent_task_id: parentId }}
        isNew
        action="Create task"
        onSubmit={submit}
        onCancel={onClose}
        isBusy={isRunning}
        error={error}
        denied={denied}
      />
    </Dialog>
  );
}
