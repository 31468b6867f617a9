/** A workspace full of things that nobody outside may ever see, and ways to tell whether somebody did. */
import type pg from "pg";
import { createKey } from "../../src/keys/operations/create-key.ts";
import { addTaskEvent } from "../../src/tasks/operations/add-task-event.ts";
import { blockTask } from "../../src/tasks/operations/block-task.ts";
import { completeTask } from "../../src/tasks/operations/complete-task.ts";
import { failTask } from "../../src/tasks/operations/fail-task.ts";
import { anAgent, aRunningTask, aTask } from "./builders.ts";
import type { TestApp } from "./harness.ts";
import { aScene, type Scene } from "./scene.ts";

/** In every name, title, description, payload and output of the workspace. */
export const CANARY = "canary";
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** A scene whose every text is a canary. */
export async function aWatchedScene(app: TestApp): Promise<Scene> {
  const scene = await aScene(app);
  const { id } = scene.workspace;
  await app.admin.query(`update workspaces set name = '${CANARY}' where workspace_id = $1`, [id]);
  await app.admin.query(
    `update agents set name = '${CANARY}' || id, description = '${CANARY}', personality = '${CANARY}'
     where workspace_id = $1`,
    [id],
  );
  return scene;
}

/** One that has had a busy life: tasks in every state, with what they carried. */
export async function aBusyScene(app: TestApp): Promise<Scene> {
  const scene = await aWatchedScene(app);
  const { workspace, owner, agent, other } = scene;
  await anAgent(app, workspace, { name: CANARY, llm_config: { model: CANARY, api_key: CANARY } });
  await app.call(createKey, owner, { kind: "service", scopes: ["ingest"], name: CANARY });
  const secret = { title: CANARY, input: { note: CANARY } };
  const [done, failed, blocked] = [
    await aRunningTask(app, agent, agent, secret),
    await aRunningTask(app, agent, agent, secret),
    await aRunningTask(app, agent, agent, secret),
  ];
  const payload = { said: CANARY };
  await app.call(addTaskEvent, agent, { id: done.id, fence: done.fence, type: "progress", payload });
  await app.call(completeTask, agent, { id: done.id, fence: done.fence, output: payload });
  await app.call(failTask, agent, { id: failed.id, fence: failed.fence, reason: CANARY });
  await app.call(blockTask, agent, { id: blocked.id, fence: blocked.fence, reason: CANARY });
  await aTask(app, agent, agent, secret);
  await aTask(app, agent, other, secret);
  return scene;
}

const TABLES = `select c.oid::regclass::text as name from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`;
const PEOPLE = "(select user_id from members where workspace_id = any($1))";
const tables = new WeakMap<pg.Pool, Promise<pg.QueryResult<{ name: string }>>>();

function tablesOf(admin: pg.Pool) {
  const found = tables.get(admin) ?? admin.query<{ name: string }>(TABLES);
  tables.set(admin, found);
  return found;
}

/** Every row of the workspaces and of their people, as text. */
export async function rowsOf({ admin }: TestApp, workspaces: readonly string[]): Promise<string[]> {
  const ofTables = (await tablesOf(admin)).rows.map(
    ({ name }) => `select '${name} ' || t::text as row from ${name} t where workspace_id = any($1)`,
  );
  const ofPeople = [
    `select 'users ' || u::text from users u where id in ${PEOPLE}`,
    `select 'sessions ' || s::text from sessions s where user_id in ${PEOPLE}`,
  ];
  const text = `${[...ofTables, ...ofPeople].join(" union all ")} order by 1`;
  const { rows } = await admin.query<{ row: string }>({ name: "every-row", text, values: [workspaces] });
  return rows.map(({ row }) => row);
}

/** Returns the ids and the canary that an answer shows of rows that its reader must not know. */
export function shownOf(rows: ReadonlySet<string>, answer: string, sent: string): string[] {
  const ids = (answer.match(ID) ?? []).filter((id) => rows.has(id) && !sent.includes(id));
  return answer.includes(CANARY) && !sent.includes(CANARY) ? [...ids, CANARY] : ids;
}

/** The ids of rows that their readers alone may know. The place of an outbox has the epoch, which all workspaces share. */
export function secretIdsIn(rows: readonly string[]): Set<string> {
  return idsIn(rows.filter((row) => !row.startsWith("outbox_positions ")));
}

export function idsIn(rows: readonly string[]): Set<string> {
  return new Set(rows.flatMap((row) => row.match(ID) ?? []));
}
