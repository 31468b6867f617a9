/** Writes at once the rows that a tenant could store in days within its limits. */
import { uuidv7 } from "uuidv7";
import type { Admin, Tenant } from "./tenant.ts";

const INSERT_TASKS = `
insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, parent_task_id, depth, child_count,
  open_children)
select $1, t.id, 'Task', $2, t.root, t.parent, t.depth, t.children, t.children
from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::int[]) as t(id, root, parent, depth, children)`;
/** The number of rows in one statement. */
const BATCH = 10_000;

interface Row {
  id: string;
  root: string;
  parent: string | null;
  depth: number;
  children: number;
}

async function insertTasks(admin: Admin, { workspace }: Tenant, agent: string, rows: readonly Row[]): Promise<void> {
  for (let at = 0; at < rows.length; at += BATCH) {
    const some = rows.slice(at, at + BATCH);
    await admin.query(INSERT_TASKS, [
      workspace,
      agent,
      some.map(({ id }) => id),
      some.map(({ root }) => root),
      some.map(({ parent }) => parent),
      some.map(({ depth }) => depth),
      some.map(({ children }) => children),
    ]);
  }
}

export function firstAgent({ agents }: Tenant): Tenant["agents"][number] {
  const [agent] = agents;
  if (!agent) throw new Error("There is no agent.");
  return agent;
}

/** Adds open tasks without parents for the tenant's agents. */
export async function fillTasks(admin: Admin, tenant: Tenant, count: number): Promise<void> {
  const share = Math.ceil(count / tenant.agents.length);
  for (const agent of tenant.agents) {
    const rows = Array.from({ length: share }, () => uuidv7()).map((id) => ({
      id,
      root: id,
      parent: null,
      depth: 0,
      children: 0,
    }));
    await insertTasks(admin, tenant, agent.id, rows);
  }
}

export interface FilledTree {
  root: string;
  leaves: readonly string[];
}

/** Adds a tree of `size` open tasks, with `fanOut` children each except at the deepest level. */
export async function fillTree(admin: Admin, tenant: Tenant, size: number, fanOut = 200): Promise<FilledTree> {
  const root = uuidv7();
  const rows: Row[] = [{ id: root, root, parent: null, depth: 0, children: 0 }];
  for (let at = 0; rows.length < size; at++) {
    const parent = rows[at];
    if (!parent) break;
    parent.children = Math.min(fanOut, size - rows.length);
    for (let child = 0; child < parent.children; child++) {
      rows.push({ id: uuidv7(), root, parent: parent.id, depth: parent.depth + 1, children: 0 });
    }
  }
  await insertTasks(admin, tenant, firstAgent(tenant).id, rows);
  return { root, leaves: rows.filter(({ children }) => children === 0).map(({ id }) => id) };
}

/** Adds facts of one subject, each with `bytes` of data. */
export async function fillFacts(admin: Admin, tenant: Tenant, count: number, subject: string, bytes = 0) {
  const { id: agent } = firstAgent(tenant);
  await admin.query(
    `with f as (
       insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, agent_id, request_id)
       select $1::uuid, gen_random_uuid(), 'task.progress', 'agent', $2::uuid::text, 'task', $3::uuid, $2::uuid, 'filled'
       from generate_series(1, $4) returning id)
     insert into fact_payloads (workspace_id, fact_id, payload)
     select $1, f.id, json_build_object('text', repeat('x', $5)) from f where $5 > 0`,
    [tenant.workspace, agent, subject, count, bytes],
  );
}
