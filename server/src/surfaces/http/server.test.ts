import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { testEnvironment } from "../../../test/harness/environment.ts";
import { useSurface } from "../../../test/harness/surface.ts";

const surface = useSurface();
const AUTH = { authorization: "Bearer good" };
const id = randomUUID();

function server() {
  return surface().http().app;
}

describe("an operation", () => {
  test("is answered on its route and on its aliases", async () => {
    const app = server();
    for (const [method, url, payload] of [
      ["POST", `/api/things/${id}/rename`, { name: "New" }],
      ["PUT", `/api/things/${id}`, { name: "New" }],
      ["DELETE", `/api/things/${id}/name?name=New`, undefined],
    ] as const) {
      const answer = await app.inject({ method, url, headers: AUTH, ...(payload && { payload }) });
      expect(answer.statusCode).toBe(201);
      expect(answer.json()).toEqual({ id, name: "New", note: null });
      expect(answer.headers).toMatchObject({
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      });
    }
  });

  test("reads numbers and booleans from the query, and leaves everything else as text", async () => {
    const app = server();
    const read = async (query: string) => (await app.inject({ url: `/api/things?${query}`, headers: AUTH })).json();
    expect(await read("limit=20&is_open=true&q=true")).toMatchObject({
      items: [{ limit: 20, is_open: true, q: "true" }],
    });
    for (const [query, field] of [
      ["limit=1e1", "limit"],
      ["limit=0x10", "limit"],
      ["limit=%2B5", "limit"],
      ["limit=1.5", "limit"],
      ["limit=", "limit"],
      ["limit=9999999999", "limit"],
      ["limit=-1", "limit"],
      ["is_open=1", "is_open"],
      ["is_open=True", "is_open"],
      ["limit=1&limit=2", "limit"],
      ["unknown=1", "unknown"],
      ["__proto__=1", "__proto__"],
      ["__proto__=1&__proto__=2", "__proto__"],
      ["q=%00", "q"],
    ]) {
      expect(await read(query ?? "")).toMatchObject({
        status: 400,
        code: "invalid_input",
        errors: [{ path: `/${field}` }],
      });
    }
  });

  test("that is internal has no route", async () => {
    const answer = await server().inject({ method: "POST", url: "/api/sweep", headers: AUTH });
    expect(answer.statusCode).toBe(404);
  });

  test("with an Idempotency-Key runs once", async () => {
    const app = server();
    const send = () =>
      app.inject({
        method: "POST",
        url: `/api/things/${id}/rename`,
        headers: { ...AUTH, "idempotency-key": "one" },
        payload: { name: "Once" },
      });
    expect((await send()).body).toBe((await send()).body);
    const { rows } = await surface().admin.query("select 1 from facts where data->>'name' = 'Once'");
    expect(rows).toHaveLength(1);
  });

  test("takes an empty body as an empty object", async () => {
    const app = server();
    for (const headers of [
      AUTH,
      { ...AUTH, "content-type": "application/json" },
      { ...AUTH, "content-type": "text/plain" },
    ]) {
      const answer = await app.inject({ method: "POST", url: "/api/things/wait", headers });
      expect(answer.json()).toMatchObject({ status: 400, errors: [{ path: "/wait_seconds" }] });
    }
  });
});

describe("request and trace ids", () => {
  test("a sane request id is kept, any other is replaced, and every answer has one", async () => {
    const app = server();
    const ask = (requestId: string, url = "/api/things") =>
      app.inject({ url, headers: { ...AUTH, "x-request-id": requestId } });
    expect((await ask("mine-1.2_3")).headers["x-request-id"]).toBe("mine-1.2_3");
    for (const bad of ["a b", "", "x".repeat(65), "<script>", "a\tb"]) {
      expect((await ask(bad)).headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    }
    const missing = await ask("mine", "/api/nowhere");
    expect(missing.headers["x-request-id"]).toBe("mine");
    expect(missing.json()).toMatchObject({ request_id: "mine" });
  });

  test("the fact carries both", async () => {
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (const [parent, stored] of [
      [`00-${trace}-00f067aa0ba902b7-01`, trace],
      [`00-${"0".repeat(32)}-00f067aa0ba902b7-01`, null],
      [`00-${trace}-${"0".repeat(16)}-01`, null],
      ["garbage", null],
    ] as const) {
      const requestId = randomUUID();
      const headers = { ...AUTH, "x-request-id": requestId, traceparent: parent };
      await server().inject({ method: "POST", url: `/api/things/${id}/rename`, headers, payload: { name: "Traced" } });
      const { rows } = await surface().admin.query("select trace_id from facts where request_id = $1", [requestId]);
      expect(rows).toEqual([{ trace_id: stored }]);
    }
  });
});

describe("problems", () => {
  test("an unknown path is 404, a wrong method 405 with Allow", async () => {
    const app = server();
    for (const url of ["/nowhere", "/api/nowhere", `/api/things/${id}/rename/more`, "/api/things/"]) {
      const answer = await app.inject({ url, headers: AUTH });
      expect(answer.json()).toMatchObject({ status: 404, code: "not_found" });
      expect(answer.headers["content-type"]).toContain("application/problem+json");
    }
    const answer = await app.inject({ method: "PATCH", url: `/api/things/${id}`, headers: AUTH, payload: {} });
    expect(answer.json()).toMatchObject({ status: 405, code: "method_not_allowed" });
    expect(answer.headers.allow).toBe("PUT");
    expect((await app.inject({ method: "POST", url: "/api/things" })).headers.allow).toBe("GET, HEAD");
  });

  test("401 comes before everything that is wrong with the request", async () => {
    const app = server();
    for (const request of [
      { payload: "{nonsense", headers: { "content-type": "application/json" } },
      { payload: "x".repeat(2_000_000), headers: { "content-type": "application/json" } },
      { payload: "x", headers: { "content-type": "text/xml" } },
      { payload: {}, headers: { authorization: "Bearer wrong" } },
      { payload: {}, headers: { authorization: "Basic b3duZXI6" } },
    ]) {
      const answer = await app.inject({ method: "POST", url: "/api/things/not-an-id/rename", ...request });
      expect(answer.json()).toMatchObject({ status: 401, code: "unauthenticated" });
      expect(answer.headers["www-authenticate"]).toBe("Bearer");
    }
  });

  test("403 comes before validation", async () => {
    const headers = { authorization: "Bearer weak" };
    const answer = await server().inject({ method: "POST", url: "/api/things/x/rename", headers, payload: {} });
    expect(answer.json()).toMatchObject({ status: 403, code: "forbidden" });
  });

  test("503 and 429 say when to come back", async () => {
    const app = server();
    for (const [how, status] of [
      ["away", 503],
      ["busy", 429],
    ] as const) {
      const answer = await app.inject({ url: `/api/things/fail?how=${how}`, headers: AUTH });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers["retry-after"]).toBe("3");
      expect(answer.json()).toMatchObject({ retry_after_seconds: 2.5 });
    }
  });

  test("a bug tells the caller nothing, and the log the request id", async () => {
    const headers = { ...AUTH, "x-request-id": "the-bug" };
    const answer = await server().inject({ url: "/api/things/fail?how=bug", headers });
    expect(answer.json()).toMatchObject({ status: 500, code: "internal", request_id: "the-bug" });
    expect(answer.body).not.toContain("A bug");
    expect(surface().logged.at(-1)).toContain("the-bug");
    expect(surface().logged.at(-1)).toContain("A bug");
  });
});

test("an address is the socket's, and the forwarded one only behind a trusted proxy", async () => {
  const ask = async (trustedProxies: string[], forwarded: string, remoteAddress = "10.0.0.9") => {
    const { app } = surface().http({ trustedProxies, env: testEnvironment() });
    const headers = { "x-forwarded-for": forwarded };
    const answer = await app.inject({
      method: "POST",
      url: "/api/auth/verify",
      payload: { token: "right" },
      headers,
      remoteAddress,
    });
    return answer.json().ip;
  };
  expect(await ask([], "1.2.3.4")).toBe("10.0.0.9");
  expect(await ask(["10.0.0.0/8"], "1.2.3.4")).toBe("1.2.3.4");
  expect(await ask(["10.0.0.0/8"], "6.6.6.6, 1.2.3.4")).toBe("1.2.3.4");
  expect(await ask(["10.1.0.0/16"], "1.2.3.4")).toBe("10.0.0.9");
  expect(await ask(["10.0.0.0/8"], "<script>")).toBe("10.0.0.9");
  expect(await ask([], "", "::ffff:10.0.0.9")).toBe("10.0.0.9");
});
