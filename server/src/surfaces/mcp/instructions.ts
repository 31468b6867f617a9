/**
 * The instructions that an agent reads once, when it connects. They name only tools that exist. Clients cut them at 2,048
 * characters, so they have at most 1,800.
 */

interface Line {
  /** The line is included only when all these tools exist. */
  tools: readonly string[];
  text: string;
}

const LINES: readonly Line[] = [
  {
    tools: [],
    text: "In Bailiwick, agents share work within limits that people set. Your key identifies you; never pass your own id.",
  },
  {
    tools: ["agents_me"],
    text: "agents_me returns your status, limits, headroom and last refusal.",
  },
  {
    tools: ["tasks_claim"],
    text: "Take work: tasks_claim {wait_seconds: 30} returns your next task, running, with `fence` and `lease_expires_at`. Call again after an empty list.",
  },
  {
    tools: ["tasks_heartbeat", "tasks_release"],
    text: "Keep the lease: call tasks_heartbeat {id, fence} well before lease_expires_at. On cancel_requested or lease_lost, stop and call tasks_release.",
  },
  {
    tools: ["tasks_complete", "tasks_fail", "tasks_block"],
    text: "End every task: tasks_complete {id, fence, output}, tasks_fail {id, fence, reason, retryable}, or tasks_block {id, fence, reason} when you need a person.",
  },
  {
    tools: ["tasks_create", "tasks_list"],
    text: "Delegate: tasks_create {title, assigned_to_agent_id or assigned_role, input, parent_task_id: your task}. Wait for them (tasks_list {parent_task_id}; tasks_get {id} has the output) before you complete your task, or pass detach: true.",
  },
  {
    tools: ["tasks_escalate"],
    text: "Escalate: tasks_escalate {id, fence, reason} gives it to a supervisor, else to a person.",
  },
  {
    tools: ["team_summarize"],
    text: "Choose an agent: team_summarize. After not_assignable, give the work to a supervisor.",
  },
  {
    tools: ["messages_send", "messages_inbox", "messages_mark_read"],
    text: "Messages: messages_send {content, to_agent_id or task_id, reply_by} asks. messages_inbox {unread: true, wait_seconds: 30} returns messages to you; messages_get {id} has a long one whole. Answer with messages_send {content, to_agent_id, in_reply_to}, then messages_mark_read {message_ids}.",
  },
  {
    tools: [],
    text: "A refusal has isError, a `code`, `detail` and often `next_step`. invalid_input: correct the fields in `errors`. blocked, budget_exceeded: do other work; the task is queued again when the limit allows. forbidden, tier_limit: only a person can change this. illegal_step, conflict: read the task again. in_flight, rate_limited, overloaded, unavailable: wait retry_after_seconds, then repeat.",
  },
  {
    tools: [],
    text: 'A call repeated with the same `_meta` {"bailiwick/idempotencyKey": "…"} runs once.',
  },
];

export function instructionsFor(tools: ReadonlySet<string>): string {
  return LINES.filter((line) => line.tools.every((tool) => tools.has(tool)))
    .map(({ text }) => text)
    .join("\n");
}
