import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { soon } from "../../test/harness/latch.ts";
import { aScene } from "../../test/harness/scene.ts";
import { createWeb } from "../../test/harness/web.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { revokeKey } from "../keys/operations/revoke-key.ts";
import type { HttpServer } from "../surfaces/http/server.ts";
import { call } from "../surfaces/http/test-socket.ts";
import { ATTACHMENT_BYTES_MAX } from "./schema.ts";

const app = useApp();
let web: HttpServer;
let url: string;
beforeAll(async () => {
  web = createWeb(app());
  url = await web.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => web.close());

it("a download ends when its key is revoked", async () => {
  const { agent, owner } = await aScene(app());
  const { id: taskId } = await aTask(app(), agent, agent);
  const { id: keyId, key } = await app().call(createKey, owner, { kind: "agent", agent_id: agent.id, name: "key" });
  const authorization = `Bearer ${key}`;
  const stored = await fetch(`${url}/api/tasks/${taskId}/attachments?name=large`, {
    method: "POST",
    headers: { authorization },
    body: randomBytes(ATTACHMENT_BYTES_MAX),
  });
  const { id } = (await stored.json()) as { id: string };
  const read = () =>
    call(url, `GET /api/attachments/${id} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
  const caller = read();
  caller.socket.pause();
  await soon(() => web.tools.unsent.bytes()).toBeGreaterThan(0);
  await app().call(revokeKey, owner, { id: keyId });
  caller.socket.resume();
  await caller.ended;
  expect(caller.socket.bytesRead).toBeLessThan(ATTACHMENT_BYTES_MAX);
});
