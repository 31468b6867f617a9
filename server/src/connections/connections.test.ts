import { describe, expect, test } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import {
  aPerson,
  aWorkspace,
  factsOf,
  MASTER_KEY,
  problemOf,
  type TestApp,
  type TestWorkspace,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { createSecretBox } from "../runtime/secret-box.ts";
import { chooseConnection, findActionTypes, openConnection, validatePayload } from "./index.ts";
import { checkConnection } from "./operations/check-connection.ts";
import { createConnection } from "./operations/create-connection.ts";
import { disconnectConnection } from "./operations/disconnect-connection.ts";
import { getConnection } from "./operations/get-connection.ts";
import { listConnections } from "./operations/list-connections.ts";
import { updateConnection } from "./operations/update-connection.ts";
import { CONNECTIONS_MAX } from "./schema.ts";
import { resealConnections } from "./secrets.ts";
import { useStandIn } from "./test-stand-in.ts";

const SECRET = "token-of-the-service";
const env = testEnvironment({ settings: { privateHosts: ["127.0.0.1"] } });
const app = useApp({ env });
const service = useStandIn();

type Input = Parameters<TestApp["call"]>[2] & Record<string, unknown>;
const anHttp = ({ owner }: TestWorkspace, fields: Partial<Input> = {}) =>
  app().call(createConnection, owner, {
    service_type: "http",
    name: "Orders",
    config: { base_url: `${service.url}/v1` },
    secret: SECRET,
    ...fields,
  });

const read = <T>(workspace: TestWorkspace, work: Parameters<ReturnType<typeof app>["db"]["read"]>[1]) =>
  app().db.read(workspace.id, work) as Promise<T>;

describe("a connection", () => {
  test("keeps its secret from rows, facts, lists and agents, and leaves it with disconnect", async () => {
    const workspace = await aWorkspace(app());
    const made = await anHttp(workspace);
    expect(made).toMatchObject({ secret: "set", category: "do", status: "connected", action_types: ["send_request"] });
    await app().call(updateConnection, workspace.owner, { id: made.id, secret: `${SECRET}-2`, name: "New" });
    const { items } = await app().call(listConnections, workspace.owner, {});
    const { rows } = await app().admin.query("select c::text as row from connections c where id = $1", [made.id]);
    const facts = await factsOf(app(), workspace.id, made.id);
    expect(facts.at(-1)).toMatchObject({ type: "connection.updated", data: { changed_fields: ["name", "secret"] } });
    expect(JSON.stringify([made, items, rows, facts])).not.toContain(SECRET);

    const agent = await anAgent(app(), workspace);
    const seen = await app().call(getConnection, agent, { id: made.id });
    expect(Object.keys(seen).sort()).toEqual(
      ["action_types", "category", "created_at", "id", "name", "service_type", "status"].sort(),
    );
    const gone = await app().call(disconnectConnection, workspace.owner, { id: made.id, reason: "Unused" });
    expect(gone).toMatchObject({ status: "disconnected", secret: null });
    expect(await app().call(disconnectConnection, workspace.owner, { id: made.id })).toEqual(gone);
    expect(
      (await factsOf(app(), workspace.id, made.id)).filter(({ type }) => type.endsWith(".disconnected")),
    ).toHaveLength(1);
    expect(await problemOf(app().call(checkConnection, workspace.owner, { id: made.id }))).toMatchObject({
      code: "conflict",
    });
    expect(await problemOf(app().call(updateConnection, workspace.owner, { id: made.id, name: "x" }))).toMatchObject({
      code: "conflict",
    });
    expect(await problemOf(app().call(getConnection, agent, { id: made.id }))).toMatchObject({ code: "not_found" });
  });

  test("is refused with private and strange addresses, wrong settings, and agents of others", async () => {
    const workspace = await aWorkspace(app());
    const foreign = await anAgent(app(), await aWorkspace(app()));
    for (const [fields, path] of [
      [{ config: { base_url: "http://[::ffff:10.0.0.1]/" } }, "/config/base_url"],
      [{ config: { base_url: "http://[2002:7f00:1::]/" } }, "/config/base_url"],
      [{ config: { base_url: "https://a:b@example.org/" } }, "/config/base_url"],
      [{ config: { base_url: "https://example.org/?a=1" } }, "/config/base_url"],
      [{ config: {} }, "/config/base_url"],
      [{ config: { base_url: "https://example.org", more: 1 } }, "/config/more"],
      [{ secret: "a\nb" }, "/secret"],
      [{ service_type: "moltbook", config: {} }, "/service_type"],
    ] as const) {
      const problem = await problemOf(anHttp(workspace, fields as Partial<Input>));
      expect([problem.code, problem.details.errors?.[0]?.path]).toEqual(["invalid_input", path]);
    }
    expect(await problemOf(anHttp(workspace, { agent_ids: [foreign.id] }))).toMatchObject({ code: "not_found" });
    const viewer = await aPerson(app(), workspace.id, "viewer");
    expect(await problemOf(app().call(createConnection, viewer, { service_type: "http", name: "x" }))).toMatchObject({
      code: "forbidden",
    });
  });

  test("does not show its secret to another host", async () => {
    const workspace = await aWorkspace(app());
    const { id } = await anHttp(workspace);
    const move = { id, config: { base_url: "https://thief.example" } };
    const refused = await problemOf(app().call(updateConnection, workspace.owner, move));
    expect(refused.details.errors?.[0]?.path).toBe("/secret");
    await app().call(updateConnection, workspace.owner, { ...move, secret: "another-one" });
    await app().call(updateConnection, workspace.owner, { id, config: { base_url: "https://thief.example/v2" } });
  });

  test("has its limit under callers at once", async () => {
    const workspace = await aWorkspace(app());
    await app().admin.query(
      `insert into connections (workspace_id, id, service_type, name, category, status, config, scopes_granted, usage_count, created_at)
       select $1, gen_random_uuid(), 'http', 'x', 'do', 'connected', '{}', '{}', 0, now() from generate_series(1, $2)`,
      [workspace.id, CONNECTIONS_MAX - 2],
    );
    const settled = await Promise.allSettled([1, 2, 3, 4].map(() => anHttp(workspace)));
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  });

  test("is tested without a transaction, and shows the last error without the secret", async () => {
    const workspace = await aWorkspace(app());
    const { id } = await anHttp(workspace);
    expect(await app().call(checkConnection, workspace.owner, { id })).toMatchObject({ ok: true });
    expect(service.received).toMatchObject([
      { method: "GET", path: "/v1", headers: { authorization: `Bearer ${SECRET}` } },
    ]);
    service.answer = () => ({ status: 401 });
    expect(await app().call(checkConnection, workspace.owner, { id })).toMatchObject({ ok: false });
    expect(await app().call(getConnection, workspace.owner, { id })).toMatchObject({
      status: "error",
      last_error: "The service refuses the secret (401).",
    });
    service.answer = () => "break";
    expect(await app().call(checkConnection, workspace.owner, { id })).toMatchObject({ ok: false });
    const types = (await factsOf(app(), workspace.id, id)).map(({ type }) => type);
    expect(types).toEqual(["connection.created", ...Array(3).fill("connection.tested")]);
    const stranger = await aWorkspace(app());
    const before = service.received.length;
    expect(await problemOf(app().call(checkConnection, stranger.owner, { id }))).toMatchObject({ code: "not_found" });
    expect(service.received.length).toBe(before);
  });

  test("that is disconnected during its test stays disconnected", async () => {
    const workspace = await aWorkspace(app());
    const { id } = await anHttp(workspace);
    let disconnected: Promise<unknown> | undefined;
    service.answer = () => {
      disconnected = app().call(disconnectConnection, workspace.owner, { id });
      return "break";
    };
    await app().call(checkConnection, workspace.owner, { id });
    await disconnected;
    expect(await app().call(getConnection, workspace.owner, { id })).toMatchObject({
      status: "disconnected",
      secret: null,
    });
  });

  test("that is changed during its test keeps its state", async () => {
    const workspace = await aWorkspace(app());
    const { id } = await anHttp(workspace);
    let moved: Promise<unknown> | undefined;
    service.answer = () => {
      moved = app().call(updateConnection, workspace.owner, { id, config: { base_url: `${service.url}/v2` } });
      return undefined;
    };
    const tested = app().call(checkConnection, workspace.owner, { id });
    await expect.poll(() => moved).toBeDefined();
    await moved;
    service.endWaiting();
    expect(await tested).toMatchObject({ ok: false });
    expect(await app().call(getConnection, workspace.owner, { id })).toMatchObject({ status: "connected" });
    const types = (await factsOf(app(), workspace.id, id)).map(({ type }) => type);
    expect(types).toEqual(["connection.created", "connection.updated"]);
  });

  test("is sealed again with a new master key", async () => {
    const workspace = await aWorkspace(app());
    const { id } = await anHttp(workspace);
    const newer = createSecretBox({ keys: () => [Buffer.alloc(32, 8), MASTER_KEY] });
    await app().admin.query("alter table connections disable trigger require_sealing_key");
    expect(await app().db.transaction(workspace.id, (tx) => resealConnections(tx, newer, 10))).toBe(1);
    expect(await app().db.transaction(workspace.id, (tx) => resealConnections(tx, newer, 10))).toBe(0);
    await app().admin.query("alter table connections enable trigger require_sealing_key");
    const opened = await app().db.read(workspace.id, (tx) => openConnection(tx, { secrets: newer }, id));
    expect(opened.secret).toBe(SECRET);
  });
});

describe("an action's connection", () => {
  const wanted = { service_type: "http", action_type: "send_request" };
  const choose = (workspace: TestWorkspace, more: object = {}) =>
    app().db.read(workspace.id, (tx) => chooseConnection(tx, { ...wanted, ...more }));

  test("is the one that fits, and each other case has its problem", async () => {
    const workspace = await aWorkspace(app());
    const agent = await anAgent(app(), workspace);
    const other = await anAgent(app(), workspace);
    expect((await problemOf(choose(workspace))).code).toBe("not_connected");
    expect((await problemOf(choose(workspace, { action_type: "fly" }))).code).toBe("unknown_action_type");
    expect((await problemOf(choose(workspace, { service_type: "moltbook", action_type: "create_post" }))).code).toBe(
      "not_connected",
    );
    const first = await anHttp(workspace, { agent_ids: [agent.id] });
    expect((await choose(workspace, { agent_id: agent.id })).connection?.id).toBe(first.id);
    expect((await problemOf(choose(workspace, { agent_id: other.id }))).code).toBe("forbidden");
    const named = { agent_id: other.id, connection_id: first.id };
    expect((await problemOf(choose(workspace, named))).code).toBe("forbidden");
    const second = await anHttp(workspace, { name: "Second", config: { base_url: service.url, repeats_safely: true } });
    const several = await problemOf(choose(workspace, { agent_id: agent.id }));
    expect(several.details.errors?.[0]).toMatchObject({ path: "/connection_id" });
    const chosen = await choose(workspace, { agent_id: agent.id, connection_id: second.id });
    expect(chosen.type.repeats_safely).toBe(true);
    const stranger = await aWorkspace(app());
    expect((await problemOf(choose(stranger, { connection_id: second.id }))).code).toBe("not_found");
    await app().call(disconnectConnection, workspace.owner, { id: second.id });
    expect((await problemOf(choose(workspace, { connection_id: second.id }))).code).toBe("not_connected");

    const types = await read<Awaited<ReturnType<typeof findActionTypes>>>(workspace, (tx) =>
      findActionTypes(tx, other.id),
    );
    expect(types.map(({ action_type, available }) => [action_type, available])).toContainEqual(["send_request", false]);
    expect(types.find(({ action_type }) => action_type === "create_post")?.reason).toMatch(/Moltbook/);
    const ofAgent = await read<typeof types>(workspace, (tx) => findActionTypes(tx, agent.id));
    expect(ofAgent[0]).toMatchObject({ available: true, connections: [{ id: first.id, name: "Orders" }] });
  });

  test("gets only payloads that fit, below its address", async () => {
    const workspace = await aWorkspace(app());
    await anHttp(workspace);
    const { type } = await choose(workspace);
    for (const [payload, path] of [
      [{}, "/payload/method"],
      [{ method: "BREW" }, "/payload/method"],
      [{ method: "POST", url: "https://a.example" }, "/payload/url"],
      [{ method: "POST", path: "../admin" }, "/payload/path"],
      [{ method: "GET", body: {} }, "/payload/body"],
    ] as const) {
      const problem = await problemOf((async () => validatePayload("http", type, payload))());
      expect([problem.code, problem.details.errors?.[0]?.path]).toEqual(["invalid_input", path]);
    }
    validatePayload("http", type, { method: "POST", path: "orders/1?now=1", body: { a: 1 } });
  });
});
