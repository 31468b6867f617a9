/** Creates a task. */
import type { TasksCreateInput } from "@bailiwick/sdk";
import { TASKS_CREATE_INPUT } from "@bailiwick/sdk/inputs";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { ROLE_WORDS } from "../../domain/agents/agent-words.ts";
import { SchemaForm } from "../../domain/forms/schema-form.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TaskLink } from "./task-facts.tsx";

interface CreateProps {
  parentId: string | undefined;
  assigneeId: string | undefined;
  onClose: () => void;
  onCreated: (id: string) => void;
}

const MORE = ["priority", "due_at", "budget_usd", "estimated_cost_usd", "max_attempts", "depends_on"] as const;

const FOR = {
  label: "For",
  fields: { assigned_to_agent_id: "An agent", assigned_role: "Any with a role", assigned_tags: "Any with tags" },
};
const LABELS = {
  assigned_to_agent_id: "Agent",
  assigned_role: "Role",
  assigned_tags: "Tags",
  input: "Details",
  due_at: "Due",
  budget_usd: "Budget (USD)",
  estimated_cost_usd: "Estimated cost (USD)",
  max_attempts: "Attempts",
  depends_on: "Waits for",
};
const HINTS = {
  // The tabs say it.
  assigned_to_agent_id: "",
  assigned_role: "The first agent with this role that is free takes the task.",
  assigned_tags: "The first free agent that has all of them takes the task. Separate tags with commas or spaces.",
  input: "All that the agent must know: text, or JSON.",
  priority: "Higher comes first. Usually 0.",
  due_at: "In your time zone.",
  budget_usd: "The most that it and its subtasks may cost.",
  max_attempts: "The agent tries at most this often. Usually 3.",
  depends_on: "It starts when all of them are completed.",
};
const ROLES = { assigned_role: ROLE_WORDS };

export function CreateTask({ parentId, assigneeId, onClose, onCreated }: CreateProps) {
  const denied = useDenied("tasks:write");
  const { run, isRunning, error } = useCommand({
    send: (client, input: TasksCreateInput) => client.tasks.create(input),
    changes: ["tasks"],
    isQuiet: true,
  });
  const submit = async (values: Record<string, unknown>) => {
    // The form holds only fields of the operation.
    const task = await run({ ...values, parent_task_id: parentId } as unknown as TasksCreateInput);
    if (task) onCreated(task.id);
  };
  return (
    <Dialog title={parentId ? "New subtask" : "New task"} isOpen onClose={onClose}>
      {parentId && (
        <div className="mb-3 flex min-w-0 gap-2 text-sm text-ink-2">
          Of the task <TaskLink id={parentId} />
        </div>
      )}
      <SchemaForm
        input={TASKS_CREATE_INPUT}
        fields={["title", "assigned_to_agent_id", "assigned_role", "assigned_tags", "input"]}
        either={FOR}
        more={MORE}
        moreAbout="priority, due time, budget, attempts, tasks to wait for"
        labels={LABELS}
        hints={HINTS}
        words={ROLES}
        initial={{ assigned_to_agent_id: assigneeId }}
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
