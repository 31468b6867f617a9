/** Pools: what looks at many of them cost, and what callers cannot do with them. */
import { expect, it } from "vitest";
import { aCrewOf, createForRole } from "../../test/harness/crew.ts";
import { createSecondApp, problemOf, serverSocket, useApp } from "../../test/harness/harness.ts";
import { createPool } from "../db/connect.ts";
import { sendMessage } from "../messages/operations/send-message.ts";
import { assignTask } from "./operations/assign-task.ts";
import { undoStep } from "./operations/undo-step.ts";
import { claimMarks, claimPlainTasks } from "./store/claim.ts";
import { stuckPools } from "./store/pools.ts";

const app = useApp();
type Plan = { "QUERY PLAN": string };
const NAMED = / on (pools|agents|agent_roles)\b/;
const CALLS = "select coalesce(sum(calls), 0)::int as calls from pg_stat_xact_user_functions";

it("the looks at all agents and pools call no function for each pair, since such looks took longer than a read may", async () => {
  const { workspace, owner, workers } = await aCrewOf(app(), 10);
  for (let n = 0; n < 10; n++) await createForRole(app(), owner, { assigned_tags: [`tag ${n}`] });
  await app().admin.query(`alter database ${app().database} set track_functions = 'all'`);
  const counting = createSecondApp(app());
  try {
    const ids = workers.map(({ id }) => id);
    const [row] = await counting.db.read(workspace.id, async (tx) => {
      await stuckPools(tx, []);
      await claimMarks(tx, ids);
      return tx.statement<{ calls: number }>("test.calls", CALLS, []);
    });
    expect(row?.calls).toBeLessThan(100);
  } finally {
    await counting.close();
  }
});

it("a claim reaches agents, pools and their tasks by keys, also with a plan that was made for few rows", async () => {
  const { workspace, owner, first } = await aCrewOf(app());
  await createForRole(app(), owner);
  const call = { place: 0, agent_id: first.id, wanted: 1, lease_seconds: 60, fact: undefined, fact_ids: [first.id] };
  const { text, values } = claimPlainTasks([call]);
  const pool = createPool({ socket: serverSocket(app()), size: 1 });
  const client = await pool.hot.connect();
  try {
    await client.query("begin");
    await client.query("select set_config('bailiwick.workspace', $1, true)", [workspace.id]);
    const { rows } = await client.query<Plan>(`explain (costs off) ${text}`, [workspace.id, ...values]);
    const lines = rows.map((row) => row["QUERY PLAN"]);
    const conditions = lines.flatMap((line, index) => (NAMED.test(line) ? (lines[index + 1] ?? "") : []));
    expect(conditions.length).toBeGreaterThan(2);
    expect(conditions.filter((line) => !/Index Cond: .*\bid = /.test(line.replaceAll("agent_id", "id")))).toEqual([]);
    expect(lines.slice(lines.indexOf("  CTE pooled"), lines.indexOf("  CTE others")).join()).not.toContain(
      "HashAggregate",
    );
  } finally {
    client.release(true);
    await pool.end();
  }
});

it("the id of a pool is no agent's", async () => {
  const { workspace, owner, first } = await aCrewOf(app());
  const task = await createForRole(app(), owner);
  const { rows } = await app().admin.query("select id from pools where workspace_id = $1", [workspace.id]);
  const id: string = rows[0].id;
  const codes = [
    createForRole(app(), owner, { assigned_to_agent_id: id }),
    createForRole(app(), first, { assigned_to_agent_id: id, max_attempts: 2 }),
    app().call(assignTask, owner, { id: task.id, assigned_to_agent_id: id }),
    app().call(sendMessage, first, { to_agent_id: id, content: "Hello" }),
  ].map(async (call) => (await problemOf(call)).code);
  expect(await Promise.all(codes)).toEqual(codes.map(() => "not_found"));
});

it("an undo that returns a task to its pool keeps the limit of pools with open tasks", async () => {
  const { owner, first } = await aCrewOf(app());
  const forTag = (n: number) => createForRole(app(), owner, { assigned_tags: [`tag ${n}`] });
  const tasks = await Promise.all(Array.from({ length: 100 }, (_, n) => forTag(n)));
  const id = tasks[0]?.id ?? "";
  await app().call(assignTask, owner, { id, assigned_to_agent_id: first.id });
  await forTag(100);
  expect((await problemOf(app().call(undoStep, owner, { id }))).code).toBe("open_tasks_limit");
});
