/** Which routes are limited, and how they say so. */
import { describe, expect, test } from "vitest";
import { createRequestAllowances } from "../../auth/request-allowances.ts";
import { drawFrom, type StoredBucket } from "../../auth/test-allowance-model.ts";
import { dashboard } from "../dashboard/dashboard.ts";
import { liveFeed } from "../events/live.ts";
import { pages } from "../pages/pages.ts";
import { reference } from "../reference/reference.ts";
import { TEST_OPERATIONS, useSurface } from "../test-surface.ts";
import { system } from "./system.ts";

const surface = useSurface();
const AUTH = { authorization: "Bearer good" };

/** A server on which a credential may do one thing, and a network ten: its clock stands still. */
function aServer() {
  const { db, signals, http } = surface();
  const about = { operations: TEST_OPERATIONS, version: "1" };
  const buckets = new Map<string, StoredBucket>();
  const allowances = createRequestAllowances({
    async draw(asked) {
      const { stored, drawn } = drawFrom(buckets.get(asked.bucket), asked, 0);
      buckets.set(asked.bucket, stored);
      return drawn;
    },
    limits: { writesPerMinute: 1, readsPerMinute: 1 },
    now: () => 0,
  });
  const { app } = http({
    allowances,
    extensions: [
      system({ ...about, ready: async () => true }),
      pages({ ...about, outbox: undefined }),
      dashboard({ index: undefined, assets: new Map(), others: new Map() }),
      reference({ ...about, permissions: [] }),
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
    const send = (url: string, type: string) =>
      app.inject({
        method: "POST",
        url,
        remoteAddress,
        headers: { "content-type": type },
        payload: "x".repeat(2_000_000),
      });
    const json = () => send("/api/auth/request-magic-link", "application/json");
    for (let index = 0; index < 10; index++) expect((await json()).statusCode).toBe(413);
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
