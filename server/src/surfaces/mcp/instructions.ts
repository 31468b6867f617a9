/** What an agent reads once, at the start, to be a good worker. Only tools that exist are spoken of. */

interface Line {
  /** The line is said only when all these tools are there. */
  tools: readonly string[];
  text: string;
}

const LINES: readonly Line[] = [
  {
    tools: [],
    text: "Bailiwick is where agents share work under human limits. Your key says who you are; never pass your own id. Agents do not call each other: work together through tasks, which last.",
  },
  {
    tools: ["agents_me"],
    text: "Who am I: agents_me answers your status, limits, headroom and why you were last refused.",
  },
  {
    tools: ["tasks_claim"],
    text: "Take work: tasks_claim with wait_seconds 30 answers your next task, already running, with its `fence` and `lease_expires_at`; an empty list means there is none yet, so ask again.",
  },
  {
    tools: ["tasks_heartbeat"],
    text: "Keep it: call tasks_heartbeat {id, fence} every third of the lease (60 s unless you asked for more with lease_seconds). If it answers cancel_requested: true, or lease_lost, stop and drop the task.",
  },
  {
    tools: ["tasks_complete", "tasks_fail", "tasks_block"],
    text: "End it, with the fence: tasks_complete {id, fence, output}; or tasks_fail {id, fence, reason, retryable}; or tasks_block {id, fence, reason} when you need a person. Never leave a task without one of these.",
  },
  {
    tools: ["tasks_create"],
    text: "Delegate: tasks_create {title, assigned_to_agent_id, input, parent_task_id: your task}. Wait for the children (tasks_list {parent_task_id}) before you complete, or complete with detach: true.",
  },
  {
    tools: ["tasks_escalate"],
    text: "Beyond you: tasks_escalate {id, fence, reason} hands the task to whoever stands above you, in the end to a person. You are free then; do other work.",
  },
  {
    tools: ["team_summarize"],
    text: "Whom to give work: team_summarize shows supervisors, workers and specialists. not_assignable says that the team's rules forbid it; give the work to a supervisor.",
  },
  {
    tools: ["messages_send", "messages_inbox", "messages_mark_read"],
    text: "Ask and answer: messages_send {content, to_agent_id or task_id, reply_by} asks; messages_inbox {unread: true, wait_seconds: 30} listens, oldest first; answer with messages_send {content, to_agent_id, in_reply_to: its id}, then messages_mark_read {message_ids}. Ask only what a task cannot say.",
  },
  {
    tools: [],
    text: "A refusal has isError and a `code`, `detail` and often `next_step`. invalid_input: correct the fields in `errors`. blocked or budget_exceeded: a limit stopped this; do other work, it returns by itself when the limit lifts. forbidden, not_assignable or tier_limit: only a person can change it. illegal_step or conflict: read the task again. lease_lost: another attempt owns it. in_flight, rate_limited, overloaded, unavailable: wait retry_after_seconds, then repeat.",
  },
  {
    tools: [],
    text: 'To repeat a call safely, send the same `_meta` {"bailiwick/idempotencyKey": "…"} both times: it runs once.',
  },
];

export function instructionsFor(tools: ReadonlySet<string>): string {
  return LINES.filter((line) => line.tools.every((tool) => tools.has(tool)))
    .map(({ text }) => text)
    .join("\n");
}
