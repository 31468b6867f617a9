/** The steps of a task that need an input first. */
import type { Client, Task, TaskStep } from "@bailiwick/sdk";
import {
  type InputSchema,
  TASKS_ASSIGN_INPUT,
  TASKS_BLOCK_INPUT,
  TASKS_COMPLETE_INPUT,
  TASKS_ESCALATE_INPUT,
  TASKS_FAIL_INPUT,
} from "@bailiwick/sdk/inputs";
import { useFindAgent } from "../../data/agents.ts";
import { useCommand } from "../../data/command.ts";
import { useSession } from "../../data/session.tsx";
import type { TaskDetail } from "../../data/tasks.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { SchemaForm } from "../forms/schema-form.tsx";

/** Steps with a button that need no form. */
export type DirectStep = "start" | "release" | "retry" | "cancel";
/** The program that holds a task takes these steps, or they stand at the question, the late result and the dependency. */
type StepWithoutButton = "heartbeat" | "add_event" | "answer" | "undo" | "accept_late" | "change_dependencies";
/** Every other step of the server. A step without a form does not compile. */
export type FormStep = Exclude<TaskStep, DirectStep | StepWithoutButton>;

interface StepForm {
  input: InputSchema;
  title: string;
  /** Explains the effect of the step. */
  about: string;
  action: string;
  /** The notice after the step; `to` is the name of the agent that has the task then. */
  done: (to: string) => string;
  fields: readonly string[];
  more?: readonly string[];
  labels?: Readonly<Record<string, string>>;
  hints?: Readonly<Record<string, string>>;
}

const FORMS: Record<FormStep, StepForm> = {
  complete: {
    input: TASKS_COMPLETE_INPUT,
    title: "Complete this task",
    about: "The task ends with this output, and the tasks that wait for it can start.",
    action: "Complete task",
    done: () => "Completed",
    fields: ["output"],
    hints: { output: "The result: text, or JSON." },
  },
  fail: {
    input: TASKS_FAIL_INPUT,
    title: "Fail this task",
    about: "Without another attempt the task ends, and all its open subtasks are canceled.",
    action: "Fail task",
    done: () => "Failed",
    fields: ["reason", "retryable"],
    labels: { retryable: "Try again, if it has attempts left" },
  },
  block: {
    // A person says why; only a program waits for children.
    input: { ...TASKS_BLOCK_INPUT, required: ["reason"] },
    title: "Block this task",
    about: "The task waits until it is answered or assigned.",
    action: "Block task",
    done: () => "Blocked",
    fields: ["reason"],
  },
  assign: {
    input: TASKS_ASSIGN_INPUT,
    title: "Assign this task",
    about: "The task is queued for the other agent. The current holder loses it.",
    action: "Assign task",
    done: (to) => `Given to ${to}`,
    fields: ["assigned_to_agent_id", "reason"],
    labels: { assigned_to_agent_id: "Agent" },
  },
  escalate: {
    input: TASKS_ESCALATE_INPUT,
    title: "Escalate this task",
    about: "The task is queued for the supervisor. Without a supervisor it waits for a person.",
    action: "Escalate task",
    done: (to) => `Escalated to ${to}`,
    fields: ["reason"],
    more: ["deadline_seconds"],
    labels: { deadline_seconds: "Seconds until the next escalation" },
  },
};

interface StepDialogProps {
  task: TaskDetail;
  step: FormStep;
  onClose: () => void;
}

export function StepDialog({ task, step, onClose }: StepDialogProps) {
  const { title, about, done, ...form } = FORMS[step];
  const { client } = useSession();
  const find = useFindAgent();
  const { run, isRunning, error } = useCommand({
    send: (client, values: Record<string, unknown>) => take(client, step, { ...values, id: task.id }),
    changes: ["tasks"],
    done: ({ status, assigned_to_agent_id: id }) =>
      done(status === "blocked" ? "people" : visibleText(find(id)?.name ?? "another agent")),
    undo: () => (canUndo(step) ? () => client.tasks.undo({ id: task.id }) : undefined),
    isQuiet: true,
  });
  const submit = async (values: Record<string, unknown>) => {
    if (await run(values)) onClose();
  };
  return (
    <Dialog title={title} isOpen onClose={onClose} width="small">
      <p className="mb-4 text-ink-2">{about}</p>
      <SchemaForm {...form} onSubmit={submit} onCancel={onClose} isBusy={isRunning} error={error} />
    </Dialog>
  );
}

const canUndo = (step: FormStep) => step === "assign" || step === "escalate";

function take(client: Client, step: FormStep, input: Record<string, unknown>): Promise<Task> {
  // Each form holds the fields of its operation, and the server checks them.
  return client.tasks[step](input as never);
}
