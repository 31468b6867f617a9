/** Requests to a program with an HTTP interface: their address, their receipt, and each of their ends. */
import { describe, expect, test } from "vitest";
import { aWorkspace, problemOf, type TestWorkspace, testEnvironment, useApp } from "../../test/harness/harness.ts";
import type { Sent } from "./adapter.ts";
import { noteUse, openConnection, sendAction } from "./index.ts";
import { createConnection } from "./operations/create-connection.ts";
import { disconnectConnection } from "./operations/disconnect-connection.ts";
import { getConnection } from "./operations/get-connection.ts";
import { pathFault, urlBelow } from "./services/http-rules.ts";
import { useStandIn } from "./test-stand-in.ts";

const SECRET = "token-of-the-service";
const env = testEnvironment({ settings: { privateHosts: ["127.0.0.1"] } });
const app = useApp({ env });
const service = useStandIn();

const anHttp = ({ owner }: TestWorkspace) =>
  app().call(createConnection, owner, {
    service_type: "http",
    name: "Orders",
    config: { base_url: `${service.url}/v1` },
    secret: SECRET,
  });

/** Sends as agent actions do: the connection is read in a transaction that has ended. */
async function send(workspace: TestWorkspace, id: string, payload: Sent["payload"], timeoutMs = 5_000) {
  const opened = await app().db.read(workspace.id, (tx) => openConnection(tx, env, id));
  const outside = {
    outgoing: { allowed: env.settings.privateHosts, timeoutMs },
    sendMail: env.sendMail,
    delivery: env.delivery,
  };
  return sendAction(opened, { action_type: "send_request", payload, key: "01-action" }, outside);
}

describe("the address of a request", () => {
  test.each([
    "..",
    "a/../../b",
    "%2e%2e/b",
    "a/%252e%252e/b",
    "..;x/b",
    "//evil.example",
    "a\\..\\b",
    "a#b",
    "a b",
    "./b",
  ])("the path %s is refused", (path) => expect(pathFault(path)).toBeDefined());

  test.each([
    ["a/b?c=../d", "https://e.example/v1/a/b?c=../d"],
    ["/a", "https://e.example/v1/a"],
    ["?x=1", "https://e.example/v1?x=1"],
    ["@evil.example", "https://e.example/v1/@evil.example"],
    ["https://evil.example", "https://e.example/v1/https://evil.example"],
    [undefined, "https://e.example/v1"],
  ])("the path %s stays below the address", (path, url) => {
    expect(urlBelow("https://e.example/v1", path).href).toBe(url);
  });
});

describe("an attempt over http", () => {
  const post = { method: "POST", path: "orders", body: { a: 1 } };

  test("carries the key, and its receipt has no secret", async () => {
    const workspace = await aWorkspace(app());
    const { id } = await anHttp(workspace);
    service.answer = () => ({
      status: 201,
      body: JSON.stringify({ id: 7, echo: `Bearer ${SECRET}`, more: "y".repeat(2_000) }),
    });
    const attempt = await send(workspace, id, post);
    expect(attempt).toMatchObject({ end: "executed", returned: { response_status: 201, external_id: "7" } });
    expect(JSON.stringify(attempt)).not.toContain(SECRET);
    expect(attempt.end === "executed" && Buffer.byteLength(attempt.returned.start)).toBe(1_024);
    expect(service.received).toMatchObject([
      { method: "POST", path: "/v1/orders", text: '{"a":1}', headers: { "idempotency-key": "01-action" } },
    ]);
    await app().db.transaction(workspace.id, (tx) => noteUse(tx, id, null, { now: new Date() }));
    await app().db.transaction(workspace.id, (tx) => noteUse(tx, id, "It broke.", { now: new Date() }));
    expect(await app().call(getConnection, workspace.owner, { id })).toMatchObject({
      usage_count: 1,
      status: "error",
      last_error: "It broke.",
    });
  });

  test("ends as the answer says", async () => {
    const workspace = await aWorkspace(app());
    const { id } = await anHttp(workspace);
    const ends = [
      [{ status: 302, headers: { location: "/elsewhere" } }, { end: "failed" }],
      [{ status: 404 }, { end: "failed" }],
      [{ status: 500 }, { end: "failed" }],
      [
        { status: 429, headers: { "retry-after": "7" } },
        { end: "again", after_ms: 7_000 },
      ],
      [{ status: 503 }, { end: "again", after_ms: null }],
      [{ status: 200, body: "x".repeat(2_000_000) }, { end: "in_doubt" }],
      ["break", { end: "in_doubt" }],
    ] as const;
    for (const [answer, end] of ends) {
      service.answer = () => answer;
      expect(await send(workspace, id, post)).toMatchObject(end);
    }
    expect(service.received).toHaveLength(ends.length);
    service.answer = () => undefined;
    expect(await send(workspace, id, post, 200)).toMatchObject({ end: "in_doubt" });
    await app().admin.query(`update connections set config = '{"base_url": "http://10.0.0.1/"}' where id = $1`, [id]);
    expect(await send(workspace, id, post)).toMatchObject({ end: "again" });
    await app().call(disconnectConnection, workspace.owner, { id });
    expect(await problemOf(send(workspace, id, post))).toMatchObject({ code: "not_connected" });
  });
});
