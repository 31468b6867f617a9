/** The instructions that an agent reads once, when it connects. They name only tools that exist. */

interface Line {
  /** The line is included only when all these tools exist. */
  tools: readonly string[];
  text: string;
}

const LINES: readonly Line[] = [
  {
    tools: [],
    text: "In Bailiwick, agents share work within limits that people set. Your key identifies you; never pass your own id. Agents do not call each other. They work together through tasks, which are stored.",
  },
  {
    tools: ["agents_me"],
    text: "Identity: agents_me returns your status, limits, headroom and last refusal.",
  },
  {
    tools: ["tasks_claim"],
    text: "Take work: tasks_claim with wait_seconds 30 returns your next task, already running, with its `fence` and `lease_expires_at`. An empty list means that there is no task yet; call again.",
  },
  {
    tools: ["tasks_heartbeat"],
    text: "Keep the lease: call tasks_heartbeat {id, fence} every third of the lease (900 s, or lease_seconds if you sent it). If it returns cancel_requested: true, or lease_lost, stop and drop the task.",
  },
  {
    tools: ["tasks_complete", "tasks_fail", "tasks_block"],
    text: "End the task, with its fence: tasks_complete {id, fence, output}; or tasks_fail {id, fence, reason, retryable}; or tasks_block {id, fence, reason} when you need a person. Never leave a task without one of these.",
  },
  {
    tools: ["tasks_create"],
    text: "Delegate: tasks_create {title, assigned_to_agent_id, input, parent_task_id: your task}. Wait for the children (tasks_list {parent_task_id}) before you complete your task, or complete it with detach: true.",
  },
  {
    tools: ["tasks_escalate"],
    text: "Escalate: tasks_escalate {id, fence, reason} gives the task to a supervisor above you, or to a person if there is none. Then do other work.",
  },
  {
    tools: ["team_summarize"],
    text: "Choose an agent: team_summarize shows supervisors, workers and specialists. not_assignable means that the team's rules forbid the assignment; give the work to a supervisor.",
  },
  {
    tools: ["messages_send", "messages_inbox", "messages_mark_read"],
    text: "Messages: messages_send {content, to_agent_id or task_id, reply_by} asks a question. messages_inbox {unread: true, wait_seconds: 30} returns messages to you, oldest first. Answer with messages_send {content, to_agent_id, in_reply_to: the message's id}, then call messages_mark_read {message_ids}. Send a message only for what a task cannot say.",
  },
  {
    tools: [],
    text: "A refusal has isError and a `code`, `detail` and often `next_step`. invalid_input: correct the fields in `errors`. blocked or budget_exceeded: a limit stopped the task; do other work, and the task is queued again when the limit allows. forbidden, not_assignable or tier_limit: only a person can change this. illegal_step or conflict: read the task again. lease_lost: another attempt has the task. in_flight, rate_limited, overloaded, unavailable: wait retry_after_seconds, then repeat the call.",
  },
  {
    tools: [],
    text: 'To repeat a call safely, send the same `_meta` {"bailiwick/idempotencyKey": "…"} both times: the call runs once.',
  },
];

export function instructionsFor(tools: ReadonlySet<string>): string {
  return LINES.filter((line) => line.tools.every((tool) => tools.has(tool)))
    .map(({ text }) => text)
    .join("\n");
}
