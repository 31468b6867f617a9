/** Texts with which a person starts an agent, such as `/work` in a client. They name only tools that exist. */
import { type GetPromptResult, type Prompt, ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";

interface PromptText {
  shown: Prompt;
  /** The prompt exists only when all these tools exist. */
  tools: readonly string[];
  write(given: Readonly<Record<string, string>>): string;
}

const PROMPTS: readonly PromptText[] = [
  {
    shown: { name: "work", title: "Work on tasks", description: "Claim tasks and work on them until none is left." },
    tools: ["tasks_claim", "tasks_heartbeat", "tasks_complete", "tasks_fail"],
    write: () =>
      "Claim your next task with tasks_claim {wait_seconds: 30}. Do what its title and input ask for. " +
      "Call tasks_heartbeat {id, fence, progress} well before lease_expires_at, and stop when it says that the task is " +
      "canceled or lost. End the task with tasks_complete {id, fence, output}, or with tasks_fail {id, fence, reason} " +
      "when it cannot be done. Then claim again, until a claim returns no task.",
  },
  {
    shown: {
      name: "status",
      title: "Report the status",
      description: "Say what runs, what waits and what is blocked.",
    },
    tools: ["agents_me", "tasks_list", "messages_inbox"],
    write: () =>
      'Read agents_me, tasks_list {status: "running"}, tasks_list {status: "blocked"} and messages_inbox ' +
      "{unread: true}. Then say in a few lines: what you work on, what waits and for which agent or person, and which messages need an answer. " +
      "Change nothing.",
  },
  {
    shown: {
      name: "hand_over",
      title: "Hand over a task",
      description: "Stop the work on a task and leave it so that another agent can continue.",
      arguments: [
        { name: "task_id", description: "The id of the task. Without it, the task that you hold.", required: false },
        { name: "reason", description: "Why the task is handed over.", required: false },
      ],
    },
    tools: ["tasks_heartbeat", "tasks_release"],
    write: ({ task_id, reason }) =>
      `Hand over ${task_id ? `the task ${task_id}` : "the task that you hold"}${reason ? `, because: ${reason}` : ""}. ` +
      "Report the state of the work with tasks_heartbeat {id, fence, progress: {done, left, files}}, so that the next " +
      "holder can continue. Then call tasks_release {id, fence, reason}. It uses no attempt. Do not work on the task after that.",
  },
];

export interface Prompts {
  list: Prompt[];
  get(name: string, given: Readonly<Record<string, string>>): GetPromptResult;
}

export function promptsFor(tools: ReadonlySet<string>): Prompts {
  const known = PROMPTS.filter((prompt) => prompt.tools.every((tool) => tools.has(tool)));
  return {
    list: known.map(({ shown }) => shown),
    get(name, given) {
      const prompt = known.find(({ shown }) => shown.name === name);
      if (!prompt) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt ${name}.`);
      const { description = "" } = prompt.shown;
      return { description, messages: [{ role: "user", content: { type: "text", text: prompt.write(given) } }] };
    },
  };
}
