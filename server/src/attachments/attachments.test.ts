/** Files of tasks over HTTP and by operations. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRunningTask, aTask } from "../../test/harness/builders.ts";
import { factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { anAddress, aScene, type Scene } from "../../test/harness/scene.ts";
import { createWeb, credentialsOf } from "../../test/harness/web.ts";
import type { HttpServer } from "../surfaces/http/server.ts";
import type { Task } from "../tasks/schema.ts";
import { createAttachment } from "./operations/create-attachment.ts";
import { deleteAttachment } from "./operations/delete-attachment.ts";
import { getAttachment } from "./operations/get-attachment.ts";
import { listAttachments } from "./operations/list-attachments.ts";
import { ATTACHMENT_BYTES_MAX } from "./schema.ts";

const app = useApp();
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), randomBytes(40)]);

let scene: Scene;
let task: Task;
let web: HttpServer;
let keys: Record<"agent" | "owner" | "viewer", Record<string, string>>;

beforeAll(async () => {
  scene = await aScene(app());
  task = await aRunningTask(app(), scene.agent, scene.agent);
  web = createWeb(app());
  const [agent, owner, viewer] = await Promise.all(
    (["agent", "owner", "viewer"] as const).map((who) => credentialsOf(scene, who)),
  );
  keys = { agent: agent ?? {}, owner: owner ?? {}, viewer: viewer ?? {} };
});
afterAll(() => web.close());

interface Sent {
  by?: keyof typeof keys | "nobody";
  name?: string;
  headers?: Record<string, string>;
  taskId?: string;
  query?: string;
}

async function upload(
  body: Buffer,
  { by = "agent", name = "a.bin", headers = {}, taskId = task.id, query }: Sent = {},
) {
  const answer = await web.app.inject({
    method: "POST",
    url: `/api/tasks/${taskId}/attachments?${query ?? new URLSearchParams({ name })}`,
    headers: { "content-type": "application/octet-stream", ...(by === "nobody" ? {} : keys[by]), ...headers },
    remoteAddress: anAddress(),
    payload: body,
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

function download(id: string, headers: Record<string, string> = keys.viewer) {
  return web.app.inject({ method: "GET", url: `/api/attachments/${id}`, headers, remoteAddress: anAddress() });
}

const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const contents = async () =>
  (await app().admin.query("select id from attachment_contents where workspace_id = $1", [scene.workspace.id]))
    .rowCount;

describe("an upload", () => {
  it("is stored, listed, described, downloaded and a fact", async () => {
    const bytes = randomBytes(600_000);
    const { status, body } = await upload(bytes, { name: "Übergabe 1.bin" });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id: expect.any(String),
        task_id: task.id,
        name: "Übergabe 1.bin",
        content_type: "application/octet-stream",
        bytes: bytes.length,
        sha256: hashOf(bytes),
        created_by_agent_id: scene.agent.id,
        created_by_user_id: null,
        created_at: expect.any(String),
      },
    });
    expect((await app().call(listAttachments, scene.viewer, { id: task.id })).items).toContainEqual(body);
    expect(await app().call(getAttachment, scene.other, { id: body.id })).toEqual({
      ...body,
      text: null,
      is_cut: true,
      url: `/api/attachments/${body.id}`,
    });
    const answer = await download(body.id);
    expect(answer.statusCode).toBe(200);
    expect(hashOf(answer.rawPayload)).toBe(body.sha256);
    expect(answer.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": String(bytes.length),
      "content-disposition": "attachment; filename=\"_bergabe 1.bin\"; filename*=UTF-8''%C3%9Cbergabe%201.bin",
      "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
      etag: `"${body.sha256}"`,
    });
    const same = await download(body.id, { ...keys.viewer, "if-none-match": `"${body.sha256}"` });
    expect([same.statusCode, same.body]).toEqual([304, ""]);
    const { task_id, name, content_type, sha256 } = body;
    expect(await factsOf(app(), scene.workspace.id, body.id)).toMatchObject([
      { type: "attachment.added", data: { task_id, name, content_type, sha256, bytes: bytes.length } },
    ]);
  });

  it("may be empty, and may come without a type", async () => {
    const { status, body } = await upload(Buffer.alloc(0), { headers: { "content-type": "" } });
    expect([status, body.bytes, body.content_type]).toEqual([201, 0, "application/octet-stream"]);
    const answer = await download(body.id);
    expect([answer.statusCode, answer.rawPayload.length]).toEqual([200, 0]);
  });

  it.each(["text/html", "image/svg+xml", "text/html; charset=utf-8", "application/xhtml+xml"])(
    "of the type %s keeps the type, and is never served with it",
    async (type) => {
      const { body } = await upload(Buffer.from("<svg onload=alert(1)>"), { headers: { "content-type": type } });
      expect(body.content_type).toBe(type.split(";")[0]);
      const { headers } = await download(body.id);
      expect(headers["content-type"]).toBe("application/octet-stream");
      expect(headers["content-disposition"]).toMatch(/^attachment;/);
    },
  );

  it("of a picture gets the type of its bytes", async () => {
    const { body } = await upload(PNG, { headers: { "content-type": "text/html" } });
    expect(body.content_type).toBe("image/png");
    expect((await download(body.id)).headers["content-type"]).toBe("image/png");
  });

  it("keeps JSON as it is", async () => {
    const { body } = await upload(Buffer.from("{not json"), { headers: { "content-type": "application/json" } });
    expect([body.content_type, body.bytes]).toEqual(["application/json", 9]);
  });
});

describe("is refused with the field, and stores nothing,", () => {
  it.each([
    ["a name with a slash", { name: "../../etc/passwd" }, 400, "/name"],
    ["a name with a backslash", { name: "a\\b" }, 400, "/name"],
    ["a blank name", { name: "  " }, 400, "/name"],
    ["no name", { query: "" }, 400, "/name"],
    ["two names", { query: "name=a&name=b" }, 400, "/name"],
    ["another field", { query: "name=a&path=b" }, 400, "/path"],
    ["a line break in the name", { query: "name=a%0d%0ab" }, 400, "/name"],
    ["a turned name", { name: "a\u202egnp.exe" }, 400, "/name"],
    ["a long name", { name: "x".repeat(256) }, 400, "/name"],
    ["a type that is none", { headers: { "content-type": "x<y>/z" } }, 400, "/content_type"],
    ["an id that is none", { taskId: "x" }, 400, "/id"],
  ])("%s", async (_what, sent, status, path) => {
    const before = await contents();
    const answer = await upload(Buffer.from("bytes"), sent);
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([status, path]);
    expect(await contents()).toBe(before);
  });

  it.each([
    ["without a credential", { by: "nobody" }, 401, "unauthenticated"],
    ["by a viewer", { by: "viewer" }, 403, "origin"],
    ["for an unknown task", { taskId: randomUUID() }, 404, "not_found"],
    ["compressed", { headers: { "content-encoding": "gzip" } }, 415, "unsupported_media_type"],
    [
      "with a length above the limit",
      { headers: { "content-length": String(ATTACHMENT_BYTES_MAX + 1) } },
      413,
      "too_large",
    ],
  ] as const)("%s", async (_what, sent, status, code) => {
    const before = await contents();
    const headers = "by" in sent && sent.by === "viewer" ? { origin: "http://evil.example" } : {};
    const answer = await upload(Buffer.from("bytes"), { headers, ...sent });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await contents()).toBe(before);
  });

  it("by a viewer of this page, and by an agent without a part in the task", async () => {
    expect(await upload(PNG, { by: "viewer" })).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const { id } = await aTask(app(), scene.owner, scene.other);
    expect(await upload(PNG, { taskId: id })).toMatchObject({ status: 403, body: { code: "not_assignee" } });
    expect(await upload(PNG, { by: "owner", taskId: id })).toMatchObject({ status: 201 });
  });

  it("when its real size is above the limit", async () => {
    const before = await contents();
    const body = Buffer.alloc(ATTACHMENT_BYTES_MAX + 1);
    // The header lies about the size, as a chunked body would.
    const answer = await upload(body, { headers: { "content-length": "", "transfer-encoding": "chunked" } });
    expect(answer).toMatchObject({ status: 413, body: { code: "too_large", bytes_max: ATTACHMENT_BYTES_MAX } });
    expect(await contents()).toBe(before);
  });
});

describe("a key for repeats", () => {
  it("returns the first attachment, and refuses other bytes", async () => {
    const headers = { "idempotency-key": randomUUID() };
    const first = await upload(PNG, { headers, name: "once.png" });
    expect(await upload(PNG, { headers, name: "once.png" })).toMatchObject({ status: 201, body: first.body });
    const other = await upload(Buffer.from("other"), { headers, name: "once.png" });
    expect(other).toMatchObject({ status: 409, body: { code: "idempotency_mismatch" } });
    const { items } = await app().call(listAttachments, scene.agent, { id: task.id, limit: 200 });
    expect(items.filter(({ name }) => name === "once.png")).toHaveLength(1);
  });
});

describe("another workspace", () => {
  it("finds no file, and shares no bytes", async () => {
    const { body } = await upload(PNG);
    const foreign = await aScene(app());
    const theirs = await credentialsOf(foreign, "agent");
    expect((await download(body.id, theirs)).json()).toMatchObject({ code: "not_found" });
    for (const operation of [getAttachment, deleteAttachment])
      expect(await problemOf(app().call(operation, foreign.owner, { id: body.id }))).toMatchObject({
        code: "not_found",
      });
    const own = await aTask(app(), foreign.agent, foreign.agent);
    const base64 = PNG.toString("base64");
    await app().call(createAttachment, foreign.agent, { task_id: own.id, name: "same.png", base64 });
    const { rows } = await app().admin.query("select workspace_id from attachment_contents where sha256 = $1", [
      hashOf(PNG),
    ]);
    expect(rows.map(({ workspace_id }) => workspace_id).sort()).toEqual(
      [scene.workspace.id, foreign.workspace.id].sort(),
    );
  });
});

describe("a small file", () => {
  it("has at most 256 KiB as JSON", async () => {
    const add = (base64: string) =>
      app().call(createAttachment, scene.agent, { task_id: task.id, name: "small", base64 });
    expect(await add("A".repeat(262_140))).toMatchObject({ bytes: 196_605 });
    const { details } = await problemOf(add("A".repeat(262_144)));
    expect(details.errors).toMatchObject([{ path: "/base64", message: expect.stringContaining("262140") }]);
  });

  it("is text or base64, never both", async () => {
    const add = (fields: object) =>
      app().call(createAttachment, scene.agent, { task_id: task.id, name: "n.txt", ...fields });
    const text = await add({ text: "zwölf" });
    expect(text).toMatchObject({ content_type: "text/plain", bytes: 6 });
    expect(await app().call(getAttachment, scene.viewer, { id: text.id })).toMatchObject({
      text: "zwölf",
      is_cut: false,
    });
    expect(await add({ base64: PNG.toString("base64"), content_type: "text/x" })).toMatchObject({
      content_type: "image/png",
      bytes: PNG.length,
    });
    for (const fields of [{}, { text: "a", base64: "YQ==" }, { base64: "*" }])
      expect(await problemOf(add(fields))).toMatchObject({ code: "invalid_input" });
  });

  it("shows the beginning of a long text, without half of a character", async () => {
    const text = `a${"ü".repeat(40_000)}`;
    const { id } = await app().call(createAttachment, scene.agent, { task_id: task.id, name: "long.txt", text });
    const shown = await app().call(getAttachment, scene.agent, { id });
    expect(shown.is_cut).toBe(true);
    expect(shown.text).toBe(text.slice(0, 32_768));
  });
});

describe("a removal", () => {
  it("is for the uploader, owners and admins; the file is gone and the fact keeps the hash", async () => {
    const { body } = await upload(Buffer.from("to be removed"));
    for (const by of [scene.other])
      expect(await problemOf(app().call(deleteAttachment, by, { id: body.id }))).toMatchObject({ code: "forbidden" });
    expect(await app().call(deleteAttachment, scene.agent, { id: body.id })).toMatchObject({ id: body.id });
    expect((await download(body.id)).statusCode).toBe(404);
    expect(await factsOf(app(), scene.workspace.id, body.id)).toMatchObject([
      { type: "attachment.added" },
      { type: "attachment.removed", data: { sha256: body.sha256 } },
    ]);
    const again = await upload(Buffer.from("again"));
    await app().call(deleteAttachment, scene.owner, { id: again.body.id });
    expect(await problemOf(app().call(deleteAttachment, scene.owner, { id: again.body.id }))).toMatchObject({
      code: "not_found",
    });
  });
});
