/** The route of the endpoint: the clients that are served, and those that are refused. */
import { beforeAll, describe, expect, test } from "vitest";
import { testEnvironment } from "../../../test/harness/environment.ts";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { anInventedAgent, useSurface } from "../../../test/harness/surface.ts";
import type { HttpServer } from "../http/server.ts";
import { registerMcp } from "./register.ts";
import { call, newClient, oldClient } from "./test-clients.ts";

const THING = "01890000-0000-7000-8000-000000000001";
const ERAS = [
  { era: "2026-07-28", connectTo: newClient },
  { era: "2025 and before", connectTo: oldClient },
] as const;

const surface = useSurface();
let http: HttpServer;
let port: string;

beforeAll(async () => {
  const { known, workspace } = surface();
  known.set("agent", anInventedAgent(workspace, new Set(["things:read"] as const)));
  const options = { operations: FAKE_OPERATIONS, forAgents: () => true, version: "1.2.3" };
  http = surface().http({
    env: testEnvironment({ publicUrl: "http://bailiwick.example" }),
    extensions: [(app, tools) => registerMcp(app, tools, options)],
  });
  ({ port } = new URL(await http.app.listen({ port: 0, host: "127.0.0.1" })));
});

const url = () => new URL(`http://127.0.0.1:${port}/mcp`);

describe("the endpoint", () => {
  const PING = { jsonrpc: "2.0", id: 1, method: "ping" };
  const post = (given: Record<string, string>, body: unknown = PING) =>
    http.app.inject({
      method: "POST",
      url: "/mcp",
      headers: {
        host: "bailiwick.example",
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...given,
      },
      payload: JSON.stringify(body),
    });
  const key = { authorization: "Bearer agent" };

  test("wants a key before anything else", async () => {
    for (const given of [{}, { authorization: "Bearer wrong" }, { authorization: "Basic agent" }, { host: "evil" }]) {
      const response = await post(given, "not even a call");
      expect(response.statusCode).toBe(401);
      expect(response.headers["www-authenticate"]).toContain("Bearer");
      expect(response.json()).toMatchObject({ code: "unauthenticated", status: 401 });
    }
  });

  test("takes every Host, because it takes only keys", async () => {
    for (const host of [
      "bailiwick:7405",
      "host.docker.internal",
      "127.0.0.1",
      "localhost:9999",
      "[::1]",
      "192.0.2.7",
    ]) {
      expect((await post({ ...key, host })).statusCode, host).toBe(200);
    }
    expect((await post({ ...key, host: "a b" })).json()).toMatchObject({ status: 400, code: "invalid_input" });
  });

  test("takes no cookie, at its own address or at another", async () => {
    surface().known.set("mcp-session", anInventedAgent(surface().workspace, new Set(["things:read"] as const)));
    for (const host of ["bailiwick.example", "evil.example"]) {
      const refused = await post({ host, cookie: "bailiwick_session=mcp-session" });
      expect([refused.statusCode, refused.json().code], host).toEqual([401, "unauthenticated"]);
    }
  });

  test("refuses an Origin that is not its own, also where the Host has the same name", async () => {
    const rebound = { host: "evil.example", origin: "http://evil.example" };
    expect((await post({ ...key, ...rebound, cookie: "bailiwick_session=agent" })).statusCode).toBe(403);
    expect((await post({ ...key, origin: "http://evil.example" })).json()).toMatchObject({
      status: 403,
      code: "origin",
    });
    expect((await post({ ...key, origin: "null" })).statusCode).toBe(403);
    expect((await post({ ...key, origin: "http://bailiwick.example" })).statusCode).toBe(200);
  });

  test.each([["*/*"], ["application/json"], ["text/event-stream"], ["text/html"], [undefined]])(
    "serves a client that accepts %s",
    async (accept) => {
      const { accept: _, ...given } = { accept: "", ...key, "content-type": "application/json" };
      const send = (body: unknown) =>
        http.app.inject({
          method: "POST",
          url: "/mcp",
          headers: { ...given, ...(accept !== undefined && { accept }) },
          payload: JSON.stringify(body),
        });
      const answer = await send(PING);
      const isStream = accept === "text/event-stream";
      expect(answer.headers["content-type"]).toBe(isStream ? accept : "application/json");
      expect(answer.headers["mcp-session-id"]).toBeTruthy();
      expect(JSON.parse(isStream ? answer.body.replace(/^event: message\ndata: /, "") : answer.body)).toEqual({
        jsonrpc: "2.0",
        id: 1,
        result: {},
      });
      if (isStream) return;
      const batch = await send([PING, { ...PING, id: 2 }]);
      expect(batch.json().map(({ id }: { id: number }) => id)).toEqual([1, 2]);
      expect((await send({ jsonrpc: "2.0", method: "notifications/initialized" })).statusCode).toBe(202);
    },
  );

  test.each(ERAS)("serves a client of $era that writes a slash and accepts only JSON", async ({ connectTo }) => {
    const accept: typeof fetch = (to, init) => {
      const headers = new Headers(init?.headers);
      headers.set("accept", "application/json");
      return fetch(to, { ...init, headers });
    };
    const client = await connectTo(new URL(`${url()}/`), "agent", accept);
    const got = await call(client, "things_get", { id: THING });
    expect(got.structuredContent).toMatchObject({ code: "not_found" });
  });

  test("has no session to read from or to delete", async () => {
    for (const method of ["GET", "DELETE"] as const) {
      const response = await fetch(url(), { method, headers: key });
      expect(response.status).toBe(405);
    }
  });

  test("bounds the body and reads only JSON", async () => {
    const large = await fetch(url(), {
      method: "POST",
      headers: { ...key, "content-type": "application/json" },
      body: JSON.stringify({ text: "x".repeat(1024 * 1024) }),
    });
    expect(large.status).toBe(413);
    expect((await post({ ...key, "content-type": "text/plain" })).statusCode).toBe(415);
  });

  test("reads UTF-8, with a byte order mark or without", async () => {
    const send = (type: string, payload: string | Buffer) =>
      http.app.inject({ method: "POST", url: "/mcp", headers: { ...key, "content-type": type }, payload });
    const ping = JSON.stringify(PING);
    expect((await send("application/json", `\ufeff${ping}`)).json()).toMatchObject({ result: {} });
    expect((await send("application/json; charset=UTF-8", ping)).statusCode).toBe(200);
    const other = await send("application/json; charset=utf-16", Buffer.from(ping, "utf16le"));
    expect([other.statusCode, other.json().code]).toEqual([415, "unsupported_media_type"]);
  });

  test("names the request in every answer", async () => {
    expect((await post(key)).headers["x-request-id"]).toBeTruthy();
  });
});
