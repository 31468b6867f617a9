import { expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aTeam } from "../../test/harness/team.ts";
import { LOOKED_AT_MAX } from "../kernel/paging.ts";
import { listTasks } from "../tasks/operations/list-tasks.ts";
import { listAudit } from "./operations.ts";

const app = useApp();

it("a rare fact is found over pages that examine a limited number of facts, each fact once", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const rare = { type: "test.rare", actor_id: "somebody" };
  const add = (type: string, count: number) =>
    app().admin.query(
      `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, agent_id, request_id)
       select $1, gen_random_uuid(), $2, 'system', 'somebody', 'task', gen_random_uuid(), $3, 'test'
       from generate_series(1, $4)`,
      [workspace.id, type, worker.id, count],
    );
  await add("test.rare", 1);
  await add("test.common", LOOKED_AT_MAX);
  const filters = { ...rare, agent_id: worker.id };
  const first = await app().call(listAudit, owner, filters);
  expect(first.items).toEqual([]);
  const second = await app().call(listAudit, owner, { ...filters, cursor: first.next_cursor ?? "" });
  expect(second).toMatchObject({ items: [{ type: "test.rare" }], next_cursor: null });
  await add("test.rare", 1);
  const found = await app().call(listAudit, owner, { type: "test.rare", limit: 1 });
  expect(found.items).toHaveLength(1);
  const plain = await app().call(listAudit, owner, { limit: 3 });
  expect(plain.items.map(({ type }) => type)).toEqual(["test.rare", "test.common", "test.common"]);
});

it("the facts of one type, of one area and of one actor are found at once, in pages, however many others there are", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  await addFacts(workspace.id, { type: "test.common", actor: "somebody", agent: worker.id }, LOOKED_AT_MAX);
  const own = { type: "rare.one", actor: worker.id, agent: worker.id };
  await addFacts(workspace.id, own, 1);
  await addFacts(workspace.id, { ...own, type: "rare.two", agent: null }, 1);
  await addFacts(workspace.id, { type: "test.common", actor: "somebody", agent: worker.id }, LOOKED_AT_MAX);
  const typesOf = ({ items }: { items: readonly { type: string }[] }) => items.map(({ type }) => type);
  expect(typesOf(await app().call(listAudit, owner, { type: "rare.one" }))).toEqual(["rare.one"]);
  for (const filters of [{ type: "rare." }, { actor_id: worker.id }]) {
    expect(typesOf(await app().call(listAudit, owner, filters))).toEqual(["rare.two", "rare.one"]);
    const first = await app().call(listAudit, owner, { ...filters, limit: 1 });
    const second = await app().call(listAudit, owner, { ...filters, limit: 1, cursor: first.next_cursor ?? "" });
    expect([typesOf(first), typesOf(second), second.next_cursor]).toEqual([["rare.two"], ["rare.one"], null]);
  }
  for (const filters of [{ type: "none." }, { type: "none.at_all" }, { actor_id: "nobody" }]) {
    expect(await app().call(listAudit, owner, filters)).toEqual({ items: [], next_cursor: null });
  }
});

interface Added {
  type: string;
  actor: string;
  agent: string | null;
}

function addFacts(workspace: string, { type, actor, agent }: Added, count: number) {
  return app().admin.query(
    `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, agent_id, request_id)
     select $1, gen_random_uuid(), $2, 'agent', $3, 'task', gen_random_uuid(), $4, 'test' from generate_series(1, $5)`,
    [workspace, type, actor, agent, count],
  );
}

it("a list from a given time ends at that time, with any number of older facts", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const from = new Date().toISOString();
  const add = (count: number, age: string) =>
    app().admin.query(
      `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, agent_id, request_id,
         created_at)
       select $1, gen_random_uuid(), 'test.old', 'system', 'somebody', 'task', gen_random_uuid(), $2, 'test',
         $3::timestamptz - $4::interval
       from generate_series(1, $5)`,
      [workspace.id, worker.id, from, age, count],
    );
  await add(LOOKED_AT_MAX, "1 hour");
  await add(2, "-1 second");
  expect(await app().call(listAudit, owner, { from })).toMatchObject({ items: [{}, {}], next_cursor: null });
  // A fact may get its number after its date, so it may follow older facts.
  await add(LOOKED_AT_MAX, "1 second");
  const first = await app().call(listAudit, owner, { from });
  const second = await app().call(listAudit, owner, { from, cursor: first.next_cursor ?? "" });
  expect([first.items, second.items, second.next_cursor]).toEqual([[], [{}, {}].map(() => expect.anything()), null]);
});

it("a task with a rare title is found over pages that examine a limited number of tasks, in both orders", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const rare = await aTask(app(), owner, worker, { title: "Needle" });
  const add = (first: number) =>
    app().admin.query(
      `insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth)
       select $1, id, 'Hay', $2, id, 0 from (select (lpad(to_hex($3::bigint + n), 12, '0') || '70008000' ||
         substr(md5(n::text), 1, 12))::uuid as id from generate_series(1, $4) n) t`,
      [workspace.id, worker.id, first, LOOKED_AT_MAX],
    );
  const made = Number.parseInt(rare.id.replaceAll("-", "").slice(0, 12), 16);
  await add(made + 1);
  await add(made - 2 * LOOKED_AT_MAX);
  for (const order of ["asc", "desc"] as const) {
    const filters = { q: "needle", assigned_to_agent_id: worker.id, order };
    const first = await app().call(listTasks, owner, filters);
    expect(first.items).toEqual([]);
    const second = await app().call(listTasks, owner, { ...filters, cursor: first.next_cursor ?? "" });
    expect(second.items).toMatchObject([{ id: rare.id }]);
  }
});
