/** The filters of the latest facts: each is a type of fact, or an area with its dot. */
export const FACT_FILTERS = {
  tasks: { label: "Tasks", type: "task." },
  completed: { label: "Completed", type: "task.completed" },
  failed: { label: "Failed", type: "task.failed" },
  blocked: { label: "Blocked", type: "task.blocked" },
  escalated: { label: "Escalated", type: "task.escalated" },
  messages: { label: "Messages", type: "message." },
  agents: { label: "Agents", type: "agent." },
} as const;
export type FactFilter = keyof typeof FACT_FILTERS;
