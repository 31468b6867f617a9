/** Compares the server's rows with the whole model. */
import { expect } from "vitest";
import type { TestApp } from "./harness.ts";
import {
  dependentsOf,
  failedDependencies,
  isOpen,
  leftOf,
  type ModelTask,
  openChildren,
  openDependencies,
  payerOf,
  runningOf,
  type World,
} from "./task-model.ts";

/**
 * No step runs this close to the end of a lease or a wait, because the speed of the machine would decide its outcome.
 */
export const BOUNDARY_MS = 5_000;

/** The fields of a row that the model has, then the fields that are compared separately. */
const ROWS = `select id, status, assigned_to_agent_id as assignee, fence, attempt, failed_attempts as failed,
  unseen_attempts as unseen,
  lease_expires_at is not null as leased, blocked_by, has_late_result as is_late, open_children,
  case when status in ('queued', 'running', 'blocked') then open_dependencies else 0 end as open_dependencies,
  case when status in ('queued', 'running', 'blocked') then failed_dependency_count else 0 end as failed_dependencies,
  dependent_count as dependents, reserved_nanos::float as reserved, budget_task_id as payer
  from tasks where workspace_id = $1 order by id`;
const DETAILS = `select lease_expires_at, available_at, budget_left_nanos::float as left, (
    select substr(f.type, 6) from facts f where f.workspace_id = t.workspace_id and f.subject_id = t.id
      and f.type not in ('task.progress', 'task.late_result', 'task.children_done', 'task.dependency_failed') and f.type like 'task.%'
    order by f.seq desc limit 1) as last_event
  from tasks t where workspace_id = $1 order by id`;
const LEADS_TO: Record<string, string> = {
  created: "queued",
  assigned: "queued",
  started: "running",
  unblocked: "queued",
  answered: "queued",
  lease_expired: "queued",
  retried: "queued",
  released: "queued",
  late_accepted: "completed",
  // The agents of the model have no supervisor.
  escalated: "blocked",
};

/** Compares everything that must agree after every step: rows, events, budgets, gates and the number of facts. */
export async function compareWorld({ admin }: TestApp, workspace: string, world: World): Promise<void> {
  const [rows, details, gates, facts] = await Promise.all([
    admin.query(ROWS, [workspace]),
    admin.query(DETAILS, [workspace]),
    admin.query("select agent_id, running from gates where workspace_id = $1", [workspace]),
    admin.query("select count(*)::int as n from facts where workspace_id = $1", [workspace]),
  ]);
  const tasks = [...world.tasks].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(rows.rows).toEqual(tasks.map((task) => ({ id: task.id, ...expectedRow(world, task) })));
  tasks.forEach((task, index) => {
    const { last_event, left, lease_expires_at, available_at } = details.rows[index];
    expect(LEADS_TO[last_event] ?? last_event).toBe(task.status);
    if (task.budget !== undefined) expect(left).toBe(leftOf(world, task));
    // The server's times, which may be slightly later than those of the model.
    if (task.leaseEnds !== undefined) task.leaseEnds = near(task.leaseEnds, lease_expires_at);
    task.availableAt = near(task.availableAt, available_at);
  });
  const running = new Map(gates.rows.map(({ agent_id, running }) => [agent_id, running]));
  expect(world.agents.map(({ id }) => running.get(id))).toEqual(world.agents.map((agent) => runningOf(world, agent)));
  expect(facts.rows[0].n).toBe(world.facts);
}

function near(modelMs: number, server: string): number {
  const serverMs = Date.parse(server);
  expect(Math.abs(serverMs - modelMs)).toBeLessThan(BOUNDARY_MS);
  return serverMs;
}

/** The row that the server should have. */
function expectedRow(world: World, task: ModelTask): Record<string, unknown> {
  return {
    status: task.status,
    assignee: task.assignee.id,
    fence: task.fence,
    attempt: task.attempt,
    failed: task.failed,
    unseen: task.unseen,
    leased: task.leaseEnds !== undefined,
    blocked_by: task.blockedBy ?? null,
    is_late: task.isLate,
    open_children: openChildren(world, task).length,
    open_dependencies: isOpen(task) ? openDependencies(task).length : 0,
    failed_dependencies: isOpen(task) ? failedDependencies(task).length : 0,
    dependents: dependentsOf(world, task).length,
    reserved: task.reserved,
    payer: payerOf(task)?.id ?? null,
  };
}
