/** Files on real connections: large ones, callers that stop or leave, many at once, and uploads that meet a change. */
import { createHash, randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { aRunningTask, aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { soon } from "../../test/harness/latch.ts";
import { times } from "../../test/harness/outcomes.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { createWeb, credentialsOf } from "../../test/harness/web.ts";
import { attachmentsOf } from "../start/attachments.ts";
import type { HttpServer } from "../surfaces/http/server.ts";
import { call } from "../surfaces/http/test-socket.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { createAttachment } from "./operations/create-attachment.ts";
import { deleteAttachment } from "./operations/delete-attachment.ts";
import { listAttachments } from "./operations/list-attachments.ts";
import { ATTACHMENT_BYTES_MAX } from "./schema.ts";

const MIB = 1_048_576;
const STALLED_MS = 300;
const PACE = { windowMs: STALLED_MS, bytesMin: 1_000 };
const app = useApp();
let scene: Scene;
let web: HttpServer;
let url: string;
let key: Record<string, string>;

beforeAll(async () => {
  scene = await aScene(app());
  key = await credentialsOf(scene, "agent");
  web = createWeb(app(), {
    extensions: [attachmentsOf(app(), { pace: PACE, drainMs: STALLED_MS })],
    timeouts: { headersMs: 15_000, requestMs: 60_000, bodyMs: STALLED_MS, stalledMs: 60_000, checkEveryMs: 100 },
  });
  await web.app.listen({ port: 0, host: "127.0.0.1" });
  // A server that listens on TCP has an address of this form.
  url = `http://127.0.0.1:${(web.app.server.address() as AddressInfo).port}`;
});
afterAll(() => web.close());

const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const aTaskOf = async () => (await aTask(app(), scene.agent, scene.agent)).id;

interface Answered {
  status: number;
  body: { id: string; sha256: string; code?: string };
}

async function upload(taskId: string, body: Buffer, name = "a.bin"): Promise<Answered> {
  const answer = await fetch(`${url}/api/tasks/${taskId}/attachments?name=${name}`, {
    method: "POST",
    headers: key,
    body,
  });
  // The server answers with an attachment or a problem.
  const json = (await answer.json()) as Answered["body"];
  return { status: answer.status, body: json };
}

/** Repeats while the server asks for a pause. */
async function patiently(taskId: string, body: Buffer): Promise<{ id: string }> {
  for (;;) {
    const answer = await upload(taskId, body);
    if (answer.status === 201) return answer.body;
    expect(answer.body.code).toBe("overloaded");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function rows(
  table: "attachment_contents" | "attachment_chunks" | "attachments",
  workspace = scene.workspace.id,
) {
  const { rowCount } = await app().admin.query(`select 1 from ${table} where workspace_id = $1`, [workspace]);
  return rowCount;
}

const head = (taskId: string, length: number) =>
  `POST /api/tasks/${taskId}/attachments?name=cut.bin HTTP/1.1\r\nHost: x\r\nAuthorization: ${key.authorization}\r\n` +
  `Content-Length: ${length}\r\n\r\n`;

it("the largest file goes up and down unchanged", async () => {
  const bytes = randomBytes(ATTACHMENT_BYTES_MAX);
  const taskId = await aTaskOf();
  const { status, body } = await upload(taskId, bytes);
  expect([status, body.sha256]).toEqual([201, hashOf(bytes)]);
  const answer = await fetch(`${url}/api/attachments/${body.id}`, { headers: key });
  const hash = createHash("sha256");
  let length = 0;
  for await (const piece of answer.body ?? []) {
    hash.update(piece);
    length += piece.length;
  }
  expect([length, hash.digest("hex")]).toEqual([bytes.length, body.sha256]);
});

it("an upload that is cut leaves nothing behind", async () => {
  const taskId = await aTaskOf();
  const before = await rows("attachment_contents");
  const caller = call(url, head(taskId, 4 * MIB));
  caller.socket.write(randomBytes(2 * MIB));
  await soon(() => rows("attachment_contents")).toBe((before ?? 0) + 1);
  caller.socket.destroy();
  await soon(() => rows("attachment_contents")).toBe(before);
  expect((await app().call(listAttachments, scene.agent, { id: taskId })).items).toEqual([]);
});

it("an upload that stops arriving is ended, and holds no transaction meanwhile", async () => {
  const taskId = await aTaskOf();
  const before = await rows("attachment_contents");
  const caller = call(url, head(taskId, 4 * MIB));
  caller.socket.write(randomBytes(2 * MIB));
  await soon(() => rows("attachment_contents")).toBe((before ?? 0) + 1);
  const openTransactions = async () =>
    (
      await app().admin.query(
        "select 1 from pg_stat_activity where datname = current_database() and state like 'idle in%'",
      )
    ).rowCount;
  await soon(openTransactions).toBe(0);
  await soon(() => caller.received()).toMatch(/^HTTP\/1.1 408 /);
  await soon(() => rows("attachment_contents")).toBe(before);
  caller.socket.destroy();
});

it("a caller that reads nothing of a download is cut off", async () => {
  const { body } = await upload(await aTaskOf(), randomBytes(ATTACHMENT_BYTES_MAX));
  const text = `GET /api/attachments/${body.id} HTTP/1.1\r\nHost: x\r\nAuthorization: ${key.authorization}\r\n\r\n`;
  const caller = call(url, text);
  caller.socket.pause();
  await soon(() => web.tools.unsent.bytes()).toBeGreaterThan(0);
  await soon(() => web.tools.unsent.bytes()).toBe(0);
  caller.socket.resume();
  expect((await caller.ended).length).toBeLessThan(ATTACHMENT_BYTES_MAX);
});

it("forty uploads of one workspace are all stored, and another workspace works meanwhile", async () => {
  const taskId = await aTaskOf();
  const other = await aScene(app());
  const files = times(40, (index) => Buffer.concat([randomBytes(MIB), Buffer.from([index])]));
  let isDone = false;
  const uploads = Promise.all(files.map((file) => patiently(taskId, file))).finally(() => {
    isDone = true;
  });
  let tasks = 0;
  while (!isDone) {
    const { id, fence } = await aRunningTask(app(), other.agent, other.agent);
    await app().call(completeTask, other.agent, { id, fence });
    tasks++;
  }
  expect(new Set((await uploads).map(({ id }) => id)).size).toBe(40);
  expect(tasks).toBeGreaterThan(3);
  const { items } = await app().call(listAttachments, scene.agent, { id: taskId });
  expect(items.map(({ sha256 }) => sha256).sort()).toEqual(files.map(hashOf).sort());
});

it("the same bytes at the same time are stored once", async () => {
  const bytes = randomBytes(MIB);
  const tasks = await Promise.all(times(4, aTaskOf));
  const before = await rows("attachment_contents");
  const all = await Promise.all(tasks.map((id) => patiently(id, bytes)));
  expect(new Set(all.map(({ id }) => id)).size).toBe(4);
  expect(await rows("attachment_contents")).toBe((before ?? 0) + 1);
});

it("a removal and a sweep during uploads of the same bytes never take bytes that are in use", async () => {
  const bytes = randomBytes(10_000);
  const taskId = await aTaskOf();
  const old = () =>
    app().admin.query(
      `update attachment_contents c set touched_at = touched_at - interval '2 hours' where workspace_id = $1 and not exists
        (select from attachments a where a.workspace_id = c.workspace_id and a.content_id = c.id)`,
      [scene.workspace.id],
    );
  const sweep = () => app().admin.query("select forget_attachment_contents(50)");
  const base64 = bytes.toString("base64");
  const add = () => app().call(createAttachment, scene.agent, { task_id: taskId, name: "same", base64 });
  let kept = await add();
  for (let round = 0; round < 10; round++) {
    const [, , next] = await Promise.all([
      app().call(deleteAttachment, scene.agent, { id: kept.id }),
      old().then(sweep),
      add(),
    ]);
    kept = next;
    const answer = await fetch(`${url}/api/attachments/${kept.id}`, { headers: key });
    expect(hashOf(Buffer.from(await answer.arrayBuffer()))).toBe(kept.sha256);
  }
  await app().call(deleteAttachment, scene.agent, { id: kept.id });
  await old();
  await sweep();
  const { rows: left } = await app().admin.query("select 1 from attachment_contents where sha256 = $1", [kept.sha256]);
  expect(left).toEqual([]);
});

it("bytes of an upload that crashed are forgotten after an hour, and no sooner", async () => {
  const { id } = (
    await app().admin.query(
      "insert into attachment_contents (workspace_id, id) values ($1, gen_random_uuid()) returning id",
      [scene.workspace.id],
    )
  ).rows[0];
  const isThere = async () =>
    (await app().admin.query("select 1 from attachment_contents where id = $1", [id])).rowCount === 1;
  await app().admin.query("select forget_attachment_contents(50)");
  expect(await isThere()).toBe(true);
  await app().admin.query("update attachment_contents set touched_at = now() - interval '61 minutes' where id = $1", [
    id,
  ]);
  await app().admin.query("select forget_attachment_contents(50)");
  expect(await isThere()).toBe(false);
});

it("a task that is deleted during an upload refuses the file", async () => {
  const taskId = await aTaskOf();
  const before = await rows("attachments");
  const contents = await rows("attachment_contents");
  const caller = call(url, head(taskId, 2 * MIB));
  caller.socket.write(randomBytes(MIB));
  await app().admin.query("delete from tasks where id = $1", [taskId]);
  caller.socket.write(randomBytes(MIB));
  await soon(() => caller.received()).toMatch(/^HTTP\/1.1 404 /);
  expect(await rows("attachments")).toBe(before);
  await soon(() => rows("attachment_contents")).toBe(contents);
  caller.socket.destroy();
});

it("the files of a task are deleted with it", async () => {
  const taskId = await aTaskOf();
  const { body } = await upload(taskId, Buffer.from("with the task"));
  await app().admin.query("delete from tasks where id = $1", [taskId]);
  expect((await fetch(`${url}/api/attachments/${body.id}`, { headers: key })).status).toBe(404);
});
