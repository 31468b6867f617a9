/** Every kind of answer carries the headers that keep a browser safe, and none that tells more than it must. */
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { testEnvironment } from "../../../test/harness/environment.ts";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { useSurface } from "../../../test/harness/surface.ts";
import { dashboard } from "../dashboard/dashboard.ts";
import type { WebFile, WebFiles } from "../dashboard/files.ts";
import { liveFeed } from "../events/live.ts";
import { registerMcp } from "../mcp/register.ts";
import { pages } from "../pages/pages.ts";
import { referenceRoute } from "../pages/reference.ts";
import type { ServerOptions } from "./server.ts";
import { system } from "./system.ts";
import { call, headersOf } from "./test-socket.ts";

const surface = useSurface();
const AUTH = { authorization: "Bearer good" };
/** By its names without TLS and with it. */
const SIGNED_IN = "bailiwick_session=good-session; __Host-bailiwick_session=good-session";
const JSON_TYPE = { "content-type": "application/json" };
const THING = `/api/things/${randomUUID()}`;

const FILE: WebFile = { type: "text/plain", has: (one) => one === "identity", bytes: async () => Buffer.from("x") };
const WEB: WebFiles = {
  pages: undefined,
  index: FILE,
  assets: new Map([["index-abc.js", FILE]]),
  others: new Map([["theme.js", FILE]]),
};

async function serve(publicUrl: string, more: Partial<ServerOptions> = {}): Promise<string> {
  const { http, db, signals } = surface();
  const about = { operations: FAKE_OPERATIONS, version: "1.2.3" };
  const { app } = http({
    env: testEnvironment({ publicUrl }),
    extensions: [
      system({ ...about, ready: async () => undefined }),
      pages({ ...about, outbox: { code: "code", mails: () => [] }, web: WEB }),
      dashboard(WEB),
      referenceRoute({ ...about, facts: [], permissions: [] }),
      liveFeed({ db, signals }),
      (app, tools) => registerMcp(app, tools, { ...about, forAgents: () => true }),
    ],
    ...more,
  });
  return app.listen({ port: 0, host: "127.0.0.1" });
}

let plain: string;
let secure: string;
/** Cuts off at once what does not come whole. */
let hasty: string;
beforeAll(async () => {
  const timeouts = { headersMs: 300, requestMs: 300, bodyMs: 300, stalledMs: 10_000, checkEveryMs: 50 };
  hasty = await serve("http://127.0.0.1:7300", { timeouts });
  plain = await serve("http://127.0.0.1:7300");
  secure = await serve("https://bailiwick.example.com");
});

/** Requests of every kind of response, with the expected status. */
type Kind = [what: string, path: string, status: number, init?: RequestInit];

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const MCP = { ...AUTH, ...JSON_TYPE, accept: "application/json, text/event-stream" };

const ANSWERS: Kind[] = [
  ["a read", "/api/things", 200, { headers: AUTH }],
  ["a HEAD", "/api/things", 200, { method: "HEAD", headers: AUTH }],
  ["a change", `${THING}/rename`, 201, { method: "POST", headers: { ...AUTH, ...JSON_TYPE }, body: '{"name":"a"}' }],
  ["400", "/api/things?limit=x", 400, { headers: AUTH }],
  ["400 before a route", "/api/things/%/rename", 400],
  ["401", "/api/things", 401],
  ["403", `${THING}/rename`, 403, { method: "POST", headers: { authorization: "Bearer weak" } }],
  ["404", "/nowhere", 404],
  ["405", "/api/things", 405, { method: "POST" }],
  ["a preflight", "/api/things", 405, { method: "OPTIONS", headers: { origin: "https://evil.example" } }],
  ["413", `${THING}/rename`, 413, { method: "POST", headers: { ...AUTH, ...JSON_TYPE }, body: " ".repeat(2e6) }],
  ["415", `${THING}/rename`, 415, { method: "POST", headers: AUTH, body: "x" }],
  ["429", "/api/things/fail?how=busy", 429, { headers: AUTH }],
  ["500", "/api/things/fail?how=bug", 500, { headers: AUTH }],
  ["503", "/api/things/fail?how=away", 503, { headers: AUTH }],
  ["health", "/api/health", 200],
  ["ready", "/api/ready", 200],
  ["the document", "/api/openapi.json", 200],
  ["metrics", "/metrics", 200],
  ["a file", "/page.css", 200],
  ["an asset", "/assets/index-abc.js", 200],
  ["a file that is known", "/theme.js", 304, { headers: { "if-none-match": "*" } }],
  ["an asset that is not there", "/assets/none.js", 404],
  ["a page for a stranger", "/tasks", 303, { headers: { accept: "text/html" } }],
  ["a redirect", "/sign-out", 303, { method: "POST", headers: FORM }],
  ["the live feed", "/api/live", 200, { headers: AUTH }],
  ["MCP", "/mcp", 200, { method: "POST", headers: MCP, body: JSON.stringify(initialize) }],
  ["MCP without a key", "/mcp", 401, { method: "POST" }],
  ["MCP that is nonsense", "/mcp", 400, { method: "POST", headers: MCP, body: "{" }],
];

const PAGES: Kind[] = [
  ["home", "/", 200],
  ["the dashboard", "/tasks", 200, { headers: { accept: "text/html", cookie: SIGNED_IN } }],
  ["signing in", "/sign-in", 200],
  ["a link", "/sign-in?token=x", 200],
  ["the reference", "/docs", 200],
  ["the inbox", "/dev/inbox", 200],
  ["a failure", "/sign-in", 400, { method: "POST", headers: FORM, body: "token=used" }],
];

async function ask(url: string, [, path, status, init]: Kind): Promise<Headers> {
  const gone = new AbortController();
  const answer = await fetch(url + path, { redirect: "manual", signal: gone.signal, ...init });
  gone.abort();
  expect(answer.status).toBe(status);
  return answer.headers;
}

function expectSafe(headers: Headers): void {
  expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  const revealing = [...headers.keys()].filter((name) =>
    /^(access-control-|server|via$|x-powered-by|x-aspnet)/.test(name),
  );
  expect(revealing).toEqual([]);
  expect([...headers.values()].join("\n")).not.toMatch(/fastify|node|express|bailiwick\/|\*/i);
}

function expectAnswer(headers: Headers): void {
  expectSafe(headers);
  expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
}

test.each(ANSWERS)("%s (%s, %d)", async (...kind) => {
  expectAnswer(await ask(plain, kind));
});

test.each(PAGES)("the page of %s", async (...kind) => {
  const headers = await ask(plain, kind);
  expectSafe(headers);
  const policy = headers.get("content-security-policy")?.split("; ");
  expect(policy).toEqual([
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ]);
  expect(headers.get("referrer-policy")).toBe("same-origin");
  expect(headers.get("x-frame-options")).toBe("DENY");
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  for (const feature of ["camera", "microphone", "geolocation", "payment", "usb"]) {
    expect(headers.get("permissions-policy")).toContain(`${feature}=()`);
  }
});

describe("what never becomes a request", () => {
  test.each([
    ["nonsense", "nonsense\r\n\r\n", 400],
    ["large headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ["headers that do not end", "GET / HTTP/1.1\r\nHost: x\r\n", 408],
    ["an expectation", "GET / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n", 417],
    ["no host", "GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
  ])("%s", async (_what, text, status) => {
    const answer = await call(status === 408 ? hasty : plain, text).ended;
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expectAnswer(headersOf(answer));
    const [, body = ""] = answer.split("\r\n\r\n");
    expect(JSON.parse(body)).toMatchObject({ status, request_id: headersOf(answer).get("x-request-id") });
  });
});

test("Strict-Transport-Security is sent only with an https address", async () => {
  for (const kind of [...ANSWERS, ...PAGES]) {
    // Under its public name the protocol server answers that name alone.
    if (kind[0].startsWith("MCP") && kind[2] !== 401) continue;
    expect((await ask(plain, kind)).get("strict-transport-security"), kind[0]).toBeNull();
    if (kind[1] === "/sign-out" || kind[2] === 303) continue;
    expect((await ask(secure, kind)).get("strict-transport-security"), kind[0]).toBe("max-age=31536000");
  }
  const broken = await call(secure, "nonsense\r\n\r\n").ended;
  expect(headersOf(broken).get("strict-transport-security")).toBe("max-age=31536000");
});
