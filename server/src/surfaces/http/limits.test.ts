/** Which routes are limited, and how they say so. */
import type { FastifyInstance } from "fastify";
import { describe, expect, test } from "vitest";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { useSurface } from "../../../test/harness/surface.ts";
import { createRequestAllowances } from "../../limits/request-allowances.ts";
import { drawFrom, type StoredBucket } from "../../limits/test-allowance-model.ts";
import { dashboard } from "../dashboard/dashboard.ts";
import { liveFeed } from "../events/live.ts";
import { pages } from "../pages/pages.ts";
import { referenceRoute } from "../pages/reference.ts";
import { system } from "./system.ts";

const surface = useSurface();
const AUTH = { authorization: "Bearer good" };

const MIB = 1024 * 1024;

/**
 * A server with a limit of `perMinute` for a credential and ten times as much for a network. Its clock stands still.
 */
function aServer(perMinute = 1) {
  const { db, signals, http } = surface();
  const about = { operations: FAKE_OPERATIONS, version: "1" };
  const buckets = new Map<string, StoredBucket>();
  const allowances = createRequestAllowances({
    async draw(request) {
      const { stored, drawn } = drawFrom(buckets.get(request.bucket), request, 0);
      buckets.set(request.bucket, stored);
      return drawn;
    },
    limits: { writesPerMinute: perMinute, readsPerMinute: perMinute, workPerMinute: perMinute },
    workOf: async () => perMinute,
    nowMs: () => 0,
  });
  const { app } = http({
    allowances,
    extensions: [
      system({ ...about, ready: async () => undefined }),
      pages({ ...about, outbox: undefined }),
      dashboard({ index: undefined, pages: undefined, assets: new Map(), others: new Map() }),
      referenceRoute({ ...about, facts: [], permissions: [] }),
      liveFeed({ db, signals }),
    ],
  });
  return { app, remoteAddress: "198.51.100.1" };
}

describe("a route that anybody may call", () => {
  test.each(["/", "/sign-in", "/page.css", "/docs", "/api/openapi.json"])("%s counts for the network", async (url) => {
    const { app, remoteAddress } = aServer();
    const statuses = [];
    for (let index = 0; index < 12; index++) statuses.push((await app.inject({ url, remoteAddress })).statusCode);
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(statuses.slice(10)).toEqual([429, 429]);
  });

  test.each([
    ["/tasks", 303, "text/html; charset=utf-8"],
    ["/assets/index.js", 404, "application/problem+json; charset=utf-8"],
  ])("the dashboard's %s counts for the network", async (url, status, type) => {
    const { app, remoteAddress } = aServer();
    const ask = () => app.inject({ url, remoteAddress, headers: { accept: "text/html" } });
    for (let index = 0; index < 10; index++) expect((await ask()).statusCode).toBe(status);
    const refused = await ask();
    expect(refused.statusCode).toBe(429);
    expect(refused.headers).toMatchObject({ "content-type": type, "cache-control": "no-store" });
  });

  test("is refused before its body is read; a page says so as a page", async () => {
    const { app, remoteAddress } = aServer();
    const send = (url: string, type: string, bytes = 16_384) =>
      app.inject({
        method: "POST",
        url,
        remoteAddress,
        headers: { "content-type": type },
        payload: "x".repeat(bytes),
      });
    const json = () => send("/api/auth/request-magic-link", "application/json");
    for (let index = 0; index < 10; index++) expect((await json()).statusCode).toBe(400);
    const refused = await json();
    expect(refused.json()).toMatchObject({ status: 429, code: "rate_limited" });
    expect(refused.headers).toMatchObject({ "ratelimit-policy": '"network-writes";q=10;w=60' });
    const page = await send("/sign-in", "application/x-www-form-urlencoded");
    expect(page.statusCode).toBe(429);
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "retry-after": expect.any(String),
    });
  });
});

/** Over a real connection, so that the body comes in chunks. */
async function sendChunks(app: FastifyInstance, path: string, bytes: number): Promise<Response> {
  const headers = { ...AUTH, "content-type": "application/json" };
  // Types of Node's fetch do not know `duplex`, without which it sends no stream.
  const sent = { method: "POST", headers, body: inChunks(bytes), duplex: "half" } as RequestInit;
  return fetch(`${app.listeningOrigin}${path}`, sent);
}

function inChunks(bytes: number): ReadableStream {
  let left = bytes;
  return new ReadableStream({
    pull(to) {
      if (left <= 0) return to.close();
      to.enqueue(new Uint8Array(Math.min(left, 10_000)).fill(0x20));
      left -= 10_000;
    },
  });
}

describe("a large body counts as a request for every 16 KiB that is started", () => {
  test("of a stranger, on a route that needs no credential", async () => {
    const { app, remoteAddress } = aServer(30);
    const send = (bytes: number) =>
      app.inject({
        method: "POST",
        url: "/api/auth/logout",
        remoteAddress,
        headers: { "content-type": "application/json" },
        payload: " ".repeat(bytes),
      });
    const statuses = [];
    for (let index = 0; index < 6; index++) statuses.push((await send(MIB)).statusCode);
    // The network has 300, and a body of 1 MiB weighs 64.
    expect(statuses.slice(0, 4)).not.toContain(429);
    expect(statuses.slice(4)).toEqual([429, 429]);
    expect((await send(1)).headers.ratelimit).toMatch('"network-writes";r=43;');
  });

  test("also where it is longer than the route takes, and refused unread", async () => {
    const { app, remoteAddress } = aServer(30);
    const statuses = [];
    for (let index = 0; index < 6; index++) {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const sent = { method: "POST", url: "/sign-in", remoteAddress, headers, payload: "x".repeat(2 * MIB) } as const;
      statuses.push((await app.inject(sent)).statusCode);
    }
    expect(statuses.slice(0, 4)).not.toContain(429);
    expect(statuses.slice(4)).toEqual([429, 429]);
  });

  test("of a credential, and what the answer says is left agrees", async () => {
    const { app, remoteAddress } = aServer(100);
    const send = (bytes: number) =>
      app.inject({
        method: "POST",
        url: "/api/things/x/rename",
        remoteAddress,
        headers: { ...AUTH, "content-type": "application/json" },
        payload: `{}${" ".repeat(bytes - 2)}`,
      });
    expect((await send(16 * 1024)).headers.ratelimit).toMatch('"writes";r=99;');
    expect((await send(16 * 1024 + 1)).headers.ratelimit).toMatch('"writes";r=97;');
    expect((await send(MIB)).headers.ratelimit).toMatch('"writes";r=33;');
    const refused = await send(MIB);
    expect(refused.json()).toMatchObject({ code: "rate_limited", detail: expect.stringContaining("counts as 64") });
    expect((await send(100)).statusCode).toBe(400);
  });

  test("that comes in chunks, before the next one is read", async () => {
    const { app } = aServer(40);
    const send = () => sendChunks(app, "/api/things/x/rename", 500_000);
    await app.listen({ port: 0, host: "127.0.0.1" });
    const first = await send();
    expect(first.status).toBe(400);
    expect(first.headers.get("ratelimit")).toMatch('"writes";r=9;');
    const refused = await send();
    expect([refused.status, await refused.json()]).toEqual([429, expect.objectContaining({ code: "rate_limited" })]);
    expect(refused.headers.get("ratelimit")).toMatch('"writes";r=0;');
  });
});

test("health, ready and metrics are never refused, and say nothing of limits", async () => {
  const { app, remoteAddress } = aServer();
  for (let index = 0; index < 15; index++) {
    for (const url of ["/api/health", "/api/ready", "/metrics"]) {
      const answer = await app.inject({ url, remoteAddress });
      expect(answer.statusCode).toBe(200);
      expect(answer.headers.ratelimit).toBeUndefined();
    }
  }
});

test("the live feed is one read, when it is opened", async () => {
  const { app, remoteAddress } = aServer();
  expect((await app.inject({ url: "/api/things", headers: AUTH, remoteAddress })).statusCode).toBe(200);
  const refused = await app.inject({ url: "/api/live", headers: AUTH, remoteAddress });
  expect(refused.json()).toMatchObject({ status: 429, code: "rate_limited" });
  expect(refused.headers["ratelimit-policy"]).toBe('"reads";q=1;w=60');
});

test("a refusal comes before a body is read, let alone understood, and leaves the reads alone", async () => {
  const { app, remoteAddress } = aServer();
  const send = () =>
    app.inject({
      method: "POST",
      url: "/api/things/x/rename",
      headers: { ...AUTH, "content-type": "application/json" },
      remoteAddress,
      payload: "{nonsense",
    });
  expect((await send()).statusCode).toBe(400);
  const refused = await send();
  expect(refused.json()).toMatchObject({
    status: 429,
    code: "rate_limited",
    detail: expect.stringContaining("writes"),
  });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect((await app.inject({ url: "/api/things", headers: AUTH, remoteAddress })).statusCode).toBe(200);
});
