/** Builds tasks for tests. */
import type { TaskRow } from "../../../data/tasks.ts";

/** A queued task. A number at the end of its id decides its age. */
export function aTask({ id, ...more }: Partial<TaskRow> & { id: string }): TaskRow {
  const age = Number(/\d+$/.exec(id)?.[0] ?? 0);
  const at = new Date(Date.UTC(2026, 0, 1) + age * 1_000).toISOString();
  const { parent_task_id = null } = more;
  return {
    ...QUEUED,
    created_at: at,
    available_at: at,
    updated_at: at,
    ...more,
    id,
    title: `Task ${id}`,
    parent_task_id,
  };
}

const QUEUED: Omit<TaskRow, "id" | "title" | "created_at" | "available_at" | "updated_at" | "parent_task_id"> = {
  workspace_id: "workspace",
  status: "queued",
  priority: 0,
  assigned_to_agent_id: "agent",
  assigned_role: null,
  assigned_tags: null,
  created_by_agent_id: null,
  created_by_user_id: "person",
  root_task_id: "root",
  depth: 0,
  depends_on: [],
  retry_of: null,
  attempt: 0,
  max_attempts: 3,
  unseen_attempts: 0,
  result_of_attempt: null,
  has_late_result: false,
  lease_expires_at: null,
  due_at: null,
  blocked_reason: null,
  escalated_from: [],
  escalates_at: null,
  open_children: 0,
  budget_usd: null,
  budget_left_usd: null,
  estimated_cost_usd: null,
  cost_usd: null,
  inclusive_cost_usd: null,
  started_at: null,
  finished_at: null,
};
