import { expect, test } from "vitest";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { soon } from "../../../test/harness/latch.ts";
import { useSurface } from "../../../test/harness/surface.ts";
import type { Allowance, RequestAllowances } from "../../kernel/allowance.ts";
import { Problem } from "../../kernel/problem.ts";
import { system } from "./system.ts";

const surface = useSurface();

function serve(ready: () => Promise<string | undefined> = async () => undefined) {
  return surface().http({ extensions: [system({ operations: FAKE_OPERATIONS, version: "1.2.3", ready })] });
}

test("health says that the process lives, also without a database", async () => {
  const { app } = serve(() => Promise.reject(new Error("away")));
  expect((await app.inject({ url: "/api/health" })).json()).toEqual({ status: "ok" });
});

test("ready is 503 with a reason and when to ask again while the server cannot work, or cannot tell", async () => {
  expect((await serve().app.inject({ url: "/api/ready" })).statusCode).toBe(200);
  for (const ready of [
    async () => "The database does not answer.",
    () => Promise.reject(new Error("away")),
    () => new Promise<undefined>(() => undefined),
  ]) {
    const answer = await serve(ready).app.inject({ url: "/api/ready" });
    expect(answer.json()).toMatchObject({ status: 503, code: "unavailable", detail: "The database does not answer." });
    expect(answer.headers["retry-after"]).toBe("2");
  }
});

test("ready is 503 when the server shuts down, so that a balancer sends no more requests", async () => {
  const { app, tools } = serve();
  tools.waiting.endAll();
  expect((await app.inject({ url: "/api/ready" })).statusCode).toBe(503);
});

test("however many ask at once, the server looks once, and forgets what it found", async () => {
  let [looks, trouble]: [number, string | undefined] = [0, undefined];
  const { app } = serve(async () => {
    looks++;
    return trouble;
  });
  const responses = await Promise.all(Array.from({ length: 50 }, () => app.inject({ url: "/api/ready" })));
  expect(responses.map(({ statusCode }) => statusCode)).toEqual(responses.map(() => 200));
  expect(looks).toBe(1);
  trouble = "No space.";
  await soon(async () => (await app.inject({ url: "/api/ready" })).statusCode).toBe(503);
  trouble = undefined;
  await soon(async () => (await app.inject({ url: "/api/ready" })).statusCode).toBe(200);
});

test("ready and metrics count for the network and are answered all the same", async () => {
  const taken: string[] = [];
  const allowances: RequestAllowances = {
    find: (counted, name, kind) => ({ counted, kind, limit: 1, remaining: 0, name }) as Allowance,
    take: ({ counted, kind }) => {
      taken.push(`${counted} ${kind}`);
      if (taken.length % 2 === 0) throw new Problem("rate_limited", "Used up.");
      return Promise.reject(new Problem("rate_limited", "Used up."));
    },
  };
  const about = { operations: FAKE_OPERATIONS, version: "1.2.3", ready: async () => undefined };
  const { app } = surface().http({ allowances, extensions: [system(about)] });
  for (const url of ["/api/ready", "/metrics", "/api/ready", "/metrics"]) {
    expect((await app.inject({ url })).statusCode).toBe(200);
  }
  expect(taken).toEqual(["network read", "network read", "network read", "network read"]);
  expect((await app.inject({ url: "/api/openapi.json" })).statusCode).toBe(429);
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
