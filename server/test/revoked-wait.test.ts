/** A long poll whose key is revoked meanwhile claims no task. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { revokeKey } from "../src/keys/operations/revoke-key.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { claimTasks } from "../src/tasks/operations/claim-tasks.ts";
import { getTask } from "../src/tasks/operations/get-task.ts";
import { aTask } from "./harness/builders.ts";
import { useApp } from "./harness/harness.ts";
import { aScene } from "./harness/scene.ts";
import { callTool, createWeb, credentialsOf, rest } from "./harness/web.ts";

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  web = createWeb(app());
});
afterAll(() => web.close());

describe.each([
  ["over HTTP", rest],
  ["as a tool", callTool],
] as const)("a claim that waits, %s", (_how, send) => {
  it("ends with its key, and a later task stays queued", async () => {
    const scene = await aScene(app());
    const { agent, owner } = scene;
    const headers = await credentialsOf(scene, "agent");
    const claim = send(web, claimTasks, { wait_seconds: 30 }, headers);
    await expect.poll(() => web.tools.waiting.count()).toBe(1);
    const { rows } = await app().admin.query<{ id: string }>("select id from api_keys where agent_id = $1", [agent.id]);
    for (const { id } of rows) await app().call(revokeKey, owner, { id });
    const { id } = await aTask(app(), owner, agent);
    expect(await claim).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(await app().call(getTask, owner, { id })).toMatchObject({ status: "queued", started_at: null });
  });
});
