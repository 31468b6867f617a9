/** External agents: their lists, the test of their connection, and their own reports. */
import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import {
  aPerson,
  aWorkspace,
  factsOf,
  problemOf,
  type TestWorkspace,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { handshake } from "../kernel/outbound/handshake.ts";
import { healthUrl } from "./link-rules.ts";
import { checkAgent } from "./operations/check-agent.ts";
import { cloneAgent } from "./operations/clone-agent.ts";
import { createAgent } from "./operations/create-agent.ts";
import { exportAgent } from "./operations/export-agent.ts";
import { getAgent } from "./operations/get-agent.ts";
import { listExternalAgents } from "./operations/list-external-agents.ts";
import { listFeaturedAgents } from "./operations/list-featured-agents.ts";
import { restoreAgent } from "./operations/restore-agent.ts";
import { rotatePushSecret } from "./operations/rotate-push-secret.ts";
import { updateAgent } from "./operations/update-agent.ts";
import { updateStatus } from "./operations/update-status.ts";

const app = useApp({ env: testEnvironment({ settings: { privateHosts: ["127.0.0.1"] } }) });
const SECRET = "secret-of-the-agent";

let host = "";
const seen: { path: string; headers: IncomingHttpHeaders }[] = [];
let status = 200;
/** The proof of a handshake; undefined answers as an ordinary server. */
let accept: ((key: string) => string) | undefined;
const proof = (key: string) => createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
const server = createServer((request, response) => {
  seen.push({ path: request.url ?? "", headers: request.headers });
  if (status === 0) return void request.socket.destroy();
  response.writeHead(status, { location: "/elsewhere" }).end("x".repeat(200_000));
});
/** The server keeps no list of upgraded connections. */
const upgraded: { destroy(): void }[] = [];
server.on("upgrade", (request, socket) => {
  upgraded.push(socket);
  socket.on("error", () => undefined);
  seen.push({ path: request.url ?? "", headers: request.headers });
  if (!accept) return void socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
  const key = accept(String(request.headers["sec-websocket-key"]));
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${key}\r\n\r\n`,
  );
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an address of this form.
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen.length = 0;
  status = 200;
  accept = proof;
});
afterAll(async () => {
  for (const socket of upgraded) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

type Draft = Partial<Parameters<ReturnType<typeof app>["call"]>[2]> & Record<string, unknown>;
const anExternal = ({ owner }: TestWorkspace, fields: Draft) =>
  app().call(createAgent, owner, { name: "Nautilus", ...fields });
const check = ({ owner }: TestWorkspace, id: string) => app().call(checkAgent, owner, { id });

describe("the test of an external agent", () => {
  test("over HTTP reads its health, signed in as configured, and stores the result", async () => {
    const workspace = await aWorkspace(app());
    const auth = [
      [{ mode: "none" }, {}],
      [{ mode: "bearer", token: SECRET }, { authorization: `Bearer ${SECRET}` }],
      [{ mode: "basic", username: "ada", password: SECRET }, { authorization: `Basic ${btoa(`ada:${SECRET}`)}` }],
      [{ mode: "header", header: "X-Key", token: SECRET }, { "x-key": SECRET }],
      [{ mode: "header", header: "Host", token: SECRET }, { host }],
    ] as const;
    for (const [auth_config, headers] of auth) {
      const fields = { agent_type: "http_api", connection_url: `http://${host}/agent`, auth_config };
      const { id } = await anExternal(workspace, fields as Draft);
      expect(await check(workspace, id)).toMatchObject({ ok: true, response_status: 200 });
      expect(seen.at(-1)).toMatchObject({ path: "/agent/health", headers });
      const agent = await app().call(getAgent, workspace.owner, { id });
      expect(agent).toMatchObject({ last_connected_at: expect.any(String), last_error: null, revision: 1 });
      expect((await factsOf(app(), workspace.id, id)).at(-1)).toMatchObject({
        type: "agent.tested",
        data: { ok: true },
      });
    }
  });

  test("says why it failed, without a secret, and follows no redirect", async () => {
    const workspace = await aWorkspace(app());
    const connection_url = `http://${host}/?key=${SECRET}`;
    const { id } = await anExternal(workspace, { agent_type: "http_api", connection_url });
    for (const [answer, message] of [
      [302, "The agent answered 302."],
      [500, "The agent answered 500."],
      [0, /^The other side closed the connection\.$/],
    ] as const) {
      status = answer;
      expect(await check(workspace, id)).toMatchObject({ ok: false, message: expect.stringMatching(message) });
      const { last_error } = await app().call(getAgent, workspace.owner, { id });
      expect(last_error).toMatch(message);
    }
    expect(seen.every(({ path }) => path === `/health?key=${SECRET}`)).toBe(true);
    const facts = await factsOf(app(), workspace.id, id);
    expect(JSON.stringify(facts)).not.toContain(SECRET);
    const other = await anAgent(app(), workspace);
    expect((await app().call(getAgent, other, { id })).last_error).toBeNull();
  });

  test("of a web socket is a handshake", async () => {
    const workspace = await aWorkspace(app());
    const auth_config = { mode: "bearer", token: SECRET };
    const { id } = await anExternal(workspace, {
      agent_type: "websocket",
      connection_url: `ws://${host}/in`,
      auth_config,
    });
    expect(await check(workspace, id)).toMatchObject({ ok: true, response_status: 101 });
    expect(seen[0]).toMatchObject({ path: "/in", headers: { authorization: `Bearer ${SECRET}` } });
    accept = () => "wrong";
    expect(await check(workspace, id)).toMatchObject({ ok: false, message: expect.stringContaining("does not speak") });
    accept = undefined;
    expect(await check(workspace, id)).toMatchObject({ ok: false, response_status: 404 });
  });

  test("calls no private address, and needs an address of the right kind", async () => {
    const workspace = await aWorkspace(app());
    for (const [agent_type, connection_url] of [
      ["http_api", "http://10.0.0.1/"],
      ["http_api", "http://[::ffff:a00:1]/"],
      ["websocket", "ws://169.254.169.254/"],
      ["websocket", `http://${host}/`],
    ] as const) {
      const { id } = await anExternal(workspace, { agent_type, connection_url });
      expect(await check(workspace, id)).toMatchObject({ ok: false, response_status: null });
    }
    expect(seen).toEqual([]);
    const linkLocal = async () => [{ address: "169.254.169.254", family: 4 }];
    const met = await handshake("wss://meta.example/", {}, { allowed: [], resolve: linkLocal });
    expect(met).toMatchObject({ ok: false, error: expect.stringContaining("private network") });
    const { id } = await anExternal(workspace, { agent_type: "http_api" });
    expect(await problemOf(check(workspace, id))).toMatchObject({ code: "conflict" });
    const market = await anExternal(workspace, { agent_type: "marketplace" });
    expect(await check(workspace, market.id)).toMatchObject({ ok: true });
  });

  test("is for owners and admins of its workspace", async () => {
    const workspace = await aWorkspace(app());
    const { id } = await anExternal(workspace, { agent_type: "marketplace" });
    const member = await aPerson(app(), workspace.id, "member");
    expect((await problemOf(app().call(checkAgent, member, { id }))).code).toBe("forbidden");
    expect((await problemOf(check(await aWorkspace(app()), id))).code).toBe("not_found");
  });
});

test("the path of the health is not doubled", () => {
  expect(["http://a", "http://a/b/", "http://a/health", "http://a/b/health/?c=1"].map(healthUrl)).toEqual([
    "http://a/health",
    "http://a/b/health",
    "http://a/health",
    "http://a/b/health?c=1",
  ]);
});

test("external agents are listed, featured ones first", async () => {
  const workspace = await aWorkspace(app());
  const types = [
    { agent_type: "websocket" },
    { agent_type: "marketplace", is_featured: true },
    { agent_type: "direct" },
  ];
  const made = [];
  for (const fields of types) made.push((await anExternal(workspace, fields as Draft)).id);
  const { items } = await app().call(listExternalAgents, workspace.owner, {});
  expect(items.map(({ id }) => id)).toEqual([made[1], made[0]]);
  const featured = await app().call(listFeaturedAgents, workspace.owner, {});
  expect(featured.items.map(({ id }) => id)).toEqual([made[1]]);
});

test("an agent reports its own connection, and no other", async () => {
  const workspace = await aWorkspace(app());
  const [agent, other] = [await anAgent(app(), workspace), await anAgent(app(), workspace)];
  const report = (input: { connected: boolean; error?: string }, by = agent) =>
    app().call(updateStatus, by, { id: agent.id, ...input });
  expect(await report({ connected: false, error: "The model is away." })).toMatchObject({
    last_error: "The model is away.",
  });
  await report({ connected: false, error: "The model is away." });
  expect(await report({ connected: true }, workspace.owner)).toMatchObject({ last_error: null });
  await report({ connected: true });
  const facts = (await factsOf(app(), workspace.id, agent.id)).filter(({ type }) => type.endsWith("_reported"));
  expect(facts.map(({ data }) => data.connected)).toEqual([false, true]);
  expect((await problemOf(report({ connected: true }, other))).code).toBe("forbidden");
  const viewer = await aPerson(app(), workspace.id, "viewer");
  expect((await problemOf(report({ connected: true }, viewer))).code).toBe("forbidden");
  expect((await problemOf(report({ connected: true }, (await aWorkspace(app())).owner))).code).toBe("not_found");
});

async function aPushAgent(fields: Draft = {}, given?: TestWorkspace) {
  const workspace = given ?? (await aWorkspace(app()));
  const more = { agent_type: "http_api", connection_url: "https://agent.example/", delivery: "push", ...fields };
  const { id, push_secret: secret } = await anExternal(workspace, more as Draft);
  return { workspace, owner: workspace.owner, id, secret };
}

describe("turning pushes on", () => {
  test("returns the secret once, at the creation or at a change, and never again", async () => {
    const made = await aPushAgent();
    expect(made.secret).toMatch(/^whsec_/);
    const { owner, id } = made;
    expect(await app().call(getAgent, owner, { id })).not.toHaveProperty("push_secret");
    expect(await app().call(updateAgent, owner, { id, description: "x" })).not.toHaveProperty("push_secret");
    const rotated = await app().call(rotatePushSecret, owner, { id });
    expect(rotated.push_secret).toMatch(/^whsec_/);
    expect(rotated.push_secret).not.toBe(made.secret);
    const facts = await factsOf(app(), made.workspace.id, id);
    expect(facts.at(-1)).toMatchObject({ type: "agent.push_secret_rotated" });
    expect(JSON.stringify(facts)).not.toContain("whsec_");
    await app().call(updateAgent, owner, { id, delivery: "pull" });
    expect((await problemOf(app().call(rotatePushSecret, owner, { id }))).code).toBe("conflict");
    const again = await app().call(updateAgent, owner, { id, delivery: "push" });
    expect(again.push_secret).toMatch(/^whsec_/);
  });

  test("needs an agent of the type http_api with an address, an admin, and its own workspace", async () => {
    const workspace = await aWorkspace(app());
    for (const fields of [
      { agent_type: "websocket", connection_url: "wss://agent.example/" },
      { agent_type: "http_api", connection_url: null },
    ]) {
      expect(await problemOf(aPushAgent(fields, workspace))).toMatchObject({ code: "invalid_input" });
    }
    const made = await aPushAgent({}, workspace);
    const { id, owner } = made;
    const change = { id, agent_type: "direct" } as const;
    expect(await problemOf(app().call(updateAgent, owner, change))).toMatchObject({ code: "invalid_input" });
    const member = await aPerson(app(), workspace.id, "member");
    expect((await problemOf(app().call(rotatePushSecret, member, { id }))).code).toBe("forbidden");
    const { owner: foreign } = await aWorkspace(app());
    expect((await problemOf(app().call(rotatePushSecret, foreign, { id }))).code).toBe("not_found");
  });

  test("is no part of a copy or of an earlier configuration, because those have no secret", async () => {
    const made = await aPushAgent();
    const { id, owner } = made;
    expect(await app().call(cloneAgent, owner, { id })).toMatchObject({ delivery: "pull" });
    expect(await app().call(exportAgent, owner, { id })).not.toHaveProperty("delivery");
    await app().call(updateAgent, owner, { id, delivery: "pull" });
    expect(await app().call(restoreAgent, owner, { id, revision: 1 })).toMatchObject({ delivery: "pull" });
  });
});
