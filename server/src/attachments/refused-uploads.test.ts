/** Uploads that cannot be stored are refused before the body is read. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { anAddress, aScene, type Scene } from "../../test/harness/scene.ts";
import { createWeb, credentialsOf } from "../../test/harness/web.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { attachmentsOf } from "../start/attachments.ts";
import type { HttpServer } from "../surfaces/http/server.ts";
import { createAttachment } from "./operations/create-attachment.ts";
import { TASK_ATTACHMENTS_MAX } from "./schema.ts";

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  const write = () => Promise.reject(new Error("The body was read."));
  web = createWeb(app(), { extensions: [attachmentsOf(app(), { write })] });
});
afterAll(() => web.close());

async function aPlace(): Promise<Scene & { taskId: string }> {
  const scene = await aScene(app());
  const { id: taskId } = await aTask(app(), scene.agent, scene.agent);
  await app().call(createAttachment, scene.agent, { task_id: taskId, name: "first", text: "first" });
  return { ...scene, taskId };
}

/** Adds rows that refer to the bytes of the first file. */
async function addRows({ taskId }: { taskId: string }, count: number, bytes: number): Promise<void> {
  await app().admin.query(
    `insert into attachments (workspace_id, id, task_id, content_id, name, content_type, bytes, sha256)
      select workspace_id, gen_random_uuid(), task_id, content_id, 'x', 'a/b', $3, sha256
      from attachments, generate_series(1, $2) where task_id = $1`,
    [taskId, count, bytes],
  );
}

async function upload(to: Scene & { taskId: string }, name = "new") {
  const answer = await web.app.inject({
    method: "POST",
    url: `/api/tasks/${to.taskId}/attachments?name=${name}`,
    headers: await credentialsOf(to, "agent"),
    remoteAddress: anAddress(),
    payload: randomBytes(100),
  });
  return { status: answer.statusCode, code: answer.json().code };
}

describe("an upload is refused before its body is read", () => {
  it("from a paused agent", async () => {
    const place = await aPlace();
    await app().call(pauseAgent, place.owner, { id: place.agent.id, reason: "a test" });
    expect(await upload(place)).toEqual({ status: 409, code: "agent_paused" });
  });

  it("for a task that has all its files, unless it may be a repeat", async () => {
    const place = await aPlace();
    await addRows(place, TASK_ATTACHMENTS_MAX - 1, 1);
    expect(await upload(place)).toEqual({ status: 409, code: "conflict" });
    expect(await upload(place, "first")).toEqual({ status: 500, code: "internal" });
  });

  it("for a workspace without room for its length", async () => {
    const place = await aPlace();
    await app().admin.query("update workspaces set tier_name = 'free' where workspace_id = $1", [place.workspace.id]);
    const mostBytes = 25 * 1024 ** 2;
    await addRows(place, 81, mostBytes);
    const limit = 2 * 1024 ** 3;
    const bytes = limit - 81 * mostBytes - 99;
    await app().admin.query("update attachments set bytes = $2 where task_id = $1 and name = 'first'", [
      place.taskId,
      bytes,
    ]);
    expect(await upload(place)).toEqual({ status: 403, code: "tier_limit" });
  });
});
