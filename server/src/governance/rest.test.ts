/** The routes of governance over HTTP, each with the callers that may and may not use it. */
import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { aPerson, useApp } from "../../test/harness/harness.ts";
import { aScene, aSession, type Scene } from "../../test/harness/scene.ts";
import type { Actor, Role } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { createHttp, type HttpServer } from "../surfaces/http/server.ts";
import { startTask } from "../tasks/operations/start-task.ts";

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  web = createHttp({
    ...app(),
    log: pino({ level: "silent" }),
    acceptsLoopback: true,
    trustedProxies: [],
    extensions: [],
  });
});
afterAll(() => web.app.close());

type Headers = Record<string, string>;
const ORIGIN = "http://127.0.0.1:7300";

async function send(headers: Headers, route: string, body?: unknown) {
  const [method = "", path = ""] = route.split(" ");
  const answer = await web.app.inject({
    method: method as "GET",
    url: path.startsWith("/") ? `/api${path}` : `/api/governance/${path}`,
    headers: { host: "127.0.0.1:7300", origin: ORIGIN, ...headers },
    ...(body !== undefined && { payload: body as object }),
  });
  return { status: answer.statusCode, body: answer.json() };
}

/** People with their sessions, and an agent and a service with their keys. */
async function callersOf(scene: Scene) {
  const { owner, workspace } = scene;
  const session = async (person: Actor) => {
    const { token } = await aSession(scene, person);
    return { cookie: `bailiwick_session=${token}`, "bailiwick-workspace": workspace.id };
  };
  const bearer = async (input: object) => {
    const { key } = await app().call(createKey, owner, { name: "Key", ...input } as never);
    return { authorization: `Bearer ${key}` };
  };
  const person = async (role: Role) => session(await aPerson(app(), workspace.id, role));
  return {
    nobody: {} as Headers,
    owner: await session(owner),
    admin: await person("admin"),
    member: await person("member"),
    viewer: await person("viewer"),
    agent: await bearer({ kind: "agent", agent_id: scene.agent.id }),
    other: await bearer({ kind: "agent", agent_id: (await anAgent(app(), workspace)).id }),
    service: await bearer({ kind: "service", scopes: ["governance:read"] }),
  };
}

/** The callers of a workspace, a limit of its agent, and the status that each caller gets. */
async function aGround() {
  const scene = await aScene(app());
  const by = await callersOf(scene);
  const statuses = async (route: string, body?: unknown) => {
    const found: Record<string, number> = {};
    for (const [name, headers] of Object.entries(by)) found[name] = (await send(headers, route, body)).status;
    return found;
  };
  const { agent } = scene;
  const made = await web.app.inject({
    method: "POST",
    url: "/api/risk/policies",
    headers: { host: "127.0.0.1:7300", origin: ORIGIN, ...by.admin },
    payload: { agent_id: agent.id, policy_type: "daily_spend_cap", threshold_value: 10, action_type: "throttle" },
  });
  const policy_id = made.json().id as string;
  const change = (requested_value: number) => ({
    requested_changes: { policy_id, field: "threshold_value", requested_value },
    reason: "More work.",
  });
  return { by, statuses, change, policy_id, agent };
}
type Ground = Awaited<ReturnType<typeof aGround>>;

const refuses = { nobody: 401, member: 403, viewer: 403, agent: 403, other: 403, service: 403 };
const reads = { nobody: 401, owner: 200, admin: 200, member: 200, viewer: 200, agent: 200, other: 200, service: 200 };
const older = () => app().admin.query("update policy_requests set requested_at = requested_at - interval '1 hour'");

/** Returns the request. */
async function testRequests({ by, statuses, change, agent }: Ground): Promise<{ id: string }> {
  // A request is for agents, and for the agent of the limit alone.
  const asks = await statuses("POST request", change(20));
  expect(asks).toEqual({ ...refuses, owner: 403, admin: 403, agent: 201, other: 404 });
  const cooling = await send(by.agent, "POST request", change(30));
  expect(cooling).toMatchObject({ status: 429, body: { code: "cooldown", retry_after_seconds: expect.any(Number) } });
  expect((await send(by.agent, "POST request", { ...change(1), agent_id: agent.id })).status).toBe(400);
  for (const route of ["GET requests", "GET pending", "GET delegations", "GET audit", "GET boundaries"]) {
    const expected = route === "GET audit" ? { ...reads, service: 403 } : reads;
    expect(await statuses(route), route).toEqual(expected);
  }
  const [request] = (await send(by.viewer, "GET pending")).body.items;
  expect(request).toMatchObject({ agent_id: agent.id, evidence: { headroom: { cap: 10 } } });
  expect((await send(by.other, "GET requests")).body.items).toEqual([]);
  return request;
}

async function testDecisions({ by, statuses }: Ground, request: { id: string }): Promise<void> {
  // A GET never decides.
  for (const path of [`approve/${request.id}`, `deny/${request.id}`])
    expect((await send(by.owner, `GET ${path}`)).status).toBe(405);
  const delegation_params = { duration_minutes: 30, max_uses: 2 };
  const approve = `POST approve/${request.id}`;
  const approvals = await statuses(approve, { mode: "delegate", delegation_params });
  expect(approvals).toEqual({ ...refuses, owner: 200, admin: 409 });
  expect((await send(by.admin, approve, { mode: "one_time" })).body).toMatchObject({ code: "already_decided" });
  expect((await send(by.owner, approve, { mode: "twice" })).status).toBe(400);
}

async function testGrants({ by, statuses, policy_id }: Ground): Promise<void> {
  // The grant is for its agent.
  const [grant] = (await send(by.agent, "GET delegations")).body.items;
  const use = (new_value: unknown) => ({
    grant_id: grant.id,
    requested_change: { policy_id, field: "threshold_value", new_value },
  });
  expect(await statuses("POST delegate/apply", use(15))).toEqual({ ...refuses, owner: 403, admin: 403, agent: 200 });
  expect((await send(by.agent, "POST delegate/apply", use(21))).body).toMatchObject({
    status: 403,
    code: "envelope_violation",
  });
  const revoke = `POST delegations/${grant.id}/revoke`;
  expect(await statuses(revoke, {})).toEqual({ ...refuses, owner: 200, admin: 409 });
  expect((await send(by.agent, "POST delegate/apply", use(16))).body).toMatchObject({ status: 409, code: "revoked" });
}

async function testRollbacks({ by, statuses, change }: Ground): Promise<void> {
  // A denial, and a rollback of what the grant changed.
  await older();
  const { body: second } = await send(by.agent, "POST request", change(2_001));
  const violation = await send(by.owner, `POST approve/${second.id}`, { mode: "one_time" });
  expect(violation).toMatchObject({ status: 403, body: { code: "boundary_violation", limit: 2_000 } });
  expect(await statuses(`POST deny/${second.id}`, { reason: "No." })).toEqual({ ...refuses, owner: 200, admin: 409 });
  const { items } = (await send(by.viewer, "GET audit?event_type=change_applied")).body;
  const rollback = await statuses(`POST rollback/${items[0].id}`, {});
  expect(rollback).toEqual({ ...refuses, owner: 200, admin: 409 });
  const again = await send(by.admin, `POST rollback/${items[0].id}`, {});
  expect(again.body).toMatchObject({ code: "stale", current_value: 10 });
  const denied = (await send(by.viewer, "GET audit?event_type=request_denied")).body.items[0];
  expect((await send(by.owner, `POST rollback/${denied.id}`, {})).body).toMatchObject({
    status: 409,
    code: "not_reversible",
  });
  expect(await statuses("POST internal/expire", {})).toEqual({ ...refuses, owner: 200, admin: 200 });
}

it("the eleven routes work for those who may, and for nobody else", async () => {
  const ground = await aGround();
  await testDecisions(ground, await testRequests(ground));
  await testGrants(ground);
  await testRollbacks(ground);
});

it("another workspace sees and changes nothing, and unknown ids answer alike", async () => {
  const [one, two] = [await aScene(app()), await aScene(app())];
  const [by, foreign] = [await callersOf(one), await callersOf(two)];
  const made = await web.app.inject({
    method: "POST",
    url: "/api/risk/policies",
    headers: { host: "127.0.0.1:7300", origin: ORIGIN, ...by.owner },
    payload: { policy_type: "token_rate_cap", threshold_value: 10 },
  });
  const requested_changes = { policy_id: made.json().id, field: "threshold_value", requested_value: 20 };
  const { body: request } = await send(by.agent, "POST request", { requested_changes, reason: "More." });
  expect((await send(foreign.agent, "POST request", { requested_changes, reason: "More." })).status).toBe(404);
  for (const route of [`POST approve/${request.id}`, `POST deny/${request.id}`, `GET requests/${request.id}`])
    expect(
      (
        await send(
          foreign.owner,
          route,
          route.startsWith("GET") ? undefined : route.includes("approve") ? { mode: "one_time" } : {},
        )
      ).status,
    ).toBe(404);
  expect((await send(foreign.owner, "GET pending")).body.items).toEqual([]);
  expect((await send(foreign.owner, "GET audit")).body.items).toEqual([]);
});

it("the record is filtered by type, actor, subject, agent and time, alone and together", async () => {
  const scene = await aScene(app());
  const { owner, agent, workspace } = scene;
  const { owner: headers } = await callersOf(scene);
  const { owner: foreign } = await callersOf(await aScene(app()));
  const { id: subject_id } = await aTask(app(), owner, agent);
  await app().call(startTask, agent, { id: subject_id });
  const get = (filters: Record<string, string>, by = headers) =>
    send(by, `GET /audit?${new URLSearchParams({ limit: "200", ...filters })}`);
  const read = async (...given: Parameters<typeof get>): Promise<Fact[]> => (await get(...given)).body.items;
  const all = await read({});
  const { rows } = await app().admin.query<{ id: string }>(
    "select id from facts where workspace_id = $1 and agent_id = $2",
    [workspace.id, agent.id],
  );
  const started = all.find(({ type }) => type === "task.started");
  const at = started?.created_at ?? "";
  const filters: [Record<string, string>, (fact: Fact) => boolean][] = [
    [{ type: "task.started" }, ({ type }) => type === "task.started"],
    [{ type: "task." }, ({ type }) => type.startsWith("task.")],
    [{ actor_id: agent.id }, ({ actor }) => actor.id === agent.id],
    [{ subject_id }, ({ subject }) => subject.id === subject_id],
    [{ agent_id: agent.id }, ({ id }) => rows.some((row) => row.id === id)],
    [{ from: at }, ({ created_at }) => created_at >= at],
    [{ to: at }, ({ created_at }) => created_at < at],
  ];
  for (const [filter, fits] of filters) {
    const name = JSON.stringify(filter);
    const expected = all.filter(fits);
    expect(expected.length, name).toBeGreaterThan(0);
    expect(expected.length, name).toBeLessThan(all.length);
    expect(await read(filter), name).toEqual(expected);
  }
  const to = new Date(Date.parse(at) + 1).toISOString();
  const together = { type: "task.", actor_id: agent.id, subject_id, agent_id: agent.id, from: at, to };
  expect(await read(together)).toEqual([started]);
  for (const filter of [{ actor_id: agent.id }, { subject_id }, { agent_id: agent.id }, together])
    expect(await read(filter, foreign), JSON.stringify(filter)).toEqual([]);
  for (const wrong of [
    { type: "Task" },
    { type: "task" },
    { actor_id: "" },
    { subject_id: "x" },
    { agent_id: "x" },
    { from: "yesterday" },
    { to: "x" },
  ])
    expect(await get(wrong), JSON.stringify(wrong)).toMatchObject({ status: 400, body: { code: "invalid_input" } });
});

interface Fact {
  id: string;
  type: string;
  actor: { id: string };
  subject: { id: string };
  created_at: string;
}
