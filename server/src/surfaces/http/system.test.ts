import { expect, test } from "vitest";
import { TEST_OPERATIONS, useSurface } from "../test-surface.ts";
import { system } from "./system.ts";

const surface = useSurface();

function serve(ready: () => Promise<boolean> = async () => true) {
  return surface().http({ extensions: [system({ operations: TEST_OPERATIONS, version: "1.2.3", ready })] });
}

test("health says that the process lives, whatever the database does", async () => {
  const { app } = serve(() => Promise.reject(new Error("away")));
  expect((await app.inject({ url: "/api/health" })).json()).toEqual({ status: "ok" });
});

test("ready is 503 with when to ask again while the database is away, hangs or is not migrated", async () => {
  expect((await serve().app.inject({ url: "/api/ready" })).statusCode).toBe(200);
  for (const ready of [
    async () => false,
    () => Promise.reject(new Error("away")),
    () => new Promise<boolean>(() => undefined),
  ]) {
    const answer = await serve(ready).app.inject({ url: "/api/ready" });
    expect(answer.json()).toMatchObject({ status: 503, code: "unavailable" });
    expect(answer.headers["retry-after"]).toBe("2");
  }
});

test("ready is 503 once the server shuts down, so that a balancer sends nobody more", async () => {
  const { app, tools } = serve();
  tools.waiting.endAll();
  expect((await app.inject({ url: "/api/ready" })).statusCode).toBe(503);
});

test("the OpenAPI document is served without a credential", async () => {
  const answer = await serve().app.inject({ url: "/api/openapi.json" });
  expect(answer.headers["content-type"]).toContain("application/json");
  expect(answer.json()).toMatchObject({ openapi: "3.1.0", info: { version: "1.2.3" } });
});

test("metrics count answers by operation and status", async () => {
  const { app } = serve();
  const headers = { authorization: "Bearer good" };
  await app.inject({ url: "/api/things", headers });
  await app.inject({ url: "/api/things?limit=0", headers });
  await app.inject({ url: "/api/things" });
  const { body, headers: answered } = await app.inject({ url: "/metrics" });
  expect(answered["content-type"]).toContain("text/plain");
  for (const status of [200, 400, 401]) {
    expect(body).toContain(`bailiwick_http_requests_total{operation="things.list",status="${status}"} 1`);
  }
  expect(body).toContain('bailiwick_http_request_seconds_bucket{operation="things.list",le="+Inf"} 3');
  expect(body).toContain("process_cpu_seconds_total");
  // A page of metrics is open to all, so nothing of a workspace may be in it.
  expect(body).not.toContain(surface().workspace);
});
