import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { testEnvironment } from "../../../test/harness/environment.ts";
import { useSurface } from "../../../test/harness/surface.ts";

const surface = useSurface();
const OWN = "http://127.0.0.1:7300";
const COOKIE = { cookie: "bailiwick_session=good-session" };
const rename = () => ({ method: "POST", url: `/api/things/${randomUUID()}/rename`, payload: { name: "New" } }) as const;

describe("the session cookie", () => {
  test("is set by signing in and cleared by signing out, and by nothing else", async () => {
    const { app } = surface().http();
    const verified = await app.inject({ method: "POST", url: "/api/auth/verify", payload: { token: "right" } });
    expect(verified.statusCode).toBe(200);
    expect(verified.headers["set-cookie"]).toBe(
      "bailiwick_session=good-session; Path=/; HttpOnly; SameSite=Lax; Expires=Tue, 01 Jan 2030 00:00:00 GMT",
    );
    const left = await app.inject({ method: "POST", url: "/api/auth/logout", headers: COOKIE });
    expect(left.json()).toEqual({ session: "good-session" });
    expect(left.headers["set-cookie"]).toContain("bailiwick_session=; ");
    const other = await app.inject({ url: "/api/things", headers: COOKIE });
    expect(other.statusCode).toBe(200);
    expect(other.headers["set-cookie"]).toBeUndefined();
    const refused = await app.inject({ method: "POST", url: "/api/auth/verify", payload: { token: "wrong" } });
    expect(refused.json()).toMatchObject({ status: 400, code: "invalid_token" });
    expect(refused.headers["set-cookie"]).toBeUndefined();
  });

  test("is bound to host and TLS where the public address has TLS", async () => {
    const { app } = surface().http({
      env: testEnvironment({ publicUrl: "https://bailiwick.example.com" }),
      acceptsLoopback: false,
    });
    const verified = await app.inject({ method: "POST", url: "/api/auth/verify", payload: { token: "right" } });
    expect(verified.headers["set-cookie"]).toMatch(/^__Host-bailiwick_session=good-session; Path=\/; .*; Secure; /);
    expect((await app.inject({ url: "/api/things", headers: COOKIE })).statusCode).toBe(401);
    const cookie = "other=1; __Host-bailiwick_session=good-session";
    expect((await app.inject({ url: "/api/things", headers: { cookie } })).statusCode).toBe(200);
  });

  test("is found among others and never in another's name or value", async () => {
    const { app } = surface().http();
    const status = async (cookie: string) => (await app.inject({ url: "/api/things", headers: { cookie } })).statusCode;
    expect(await status("a=b;bailiwick_session=good-session ; c=d")).toBe(200);
    for (const cookie of [
      "xbailiwick_session=good-session",
      "a=bailiwick_session=good-session",
      "bailiwick_session=good-session%00",
      "bailiwick_session=",
      'bailiwick_session="good-session"',
      `bailiwick_session=${"x".repeat(4_000)}`,
    ]) {
      expect(await status(cookie)).toBe(401);
    }
  });

  test("gives way to an Authorization header", async () => {
    const { app } = surface().http();
    const headers = { ...COOKIE, authorization: "Bearer wrong" };
    expect((await app.inject({ url: "/api/things", headers })).statusCode).toBe(401);
    // A key is no cookie: where the page comes from does not matter.
    const keyed = { ...COOKIE, authorization: "Bearer good", origin: "https://evil.example" };
    expect((await app.inject({ ...rename(), headers: keyed })).statusCode).toBe(201);
  });
});

describe("a write by cookie", () => {
  const write = async (
    headers: Record<string, string>,
    options: Parameters<ReturnType<typeof surface>["http"]>[0] = {},
  ) => {
    const { app } = surface().http(options);
    const answer = await app.inject({ ...rename(), headers: { ...COOKIE, ...headers } });
    return answer.statusCode === 403 ? answer.json().code : answer.statusCode;
  };

  test("is taken from our own pages", async () => {
    expect(await write({ origin: OWN })).toBe(201);
    expect(await write({})).toBe(201);
    expect(await write({ "sec-fetch-site": "same-origin" })).toBe(201);
    expect(await write({ "sec-fetch-site": "none" })).toBe(201);
  });

  test.each([
    "https://evil.example",
    "null",
    "",
    "http://127.0.0.1:7301",
    "http://127.0.0.1.evil.example:7300",
    "http://localhost:9999",
    "https://127.0.0.1:7300",
    "file://",
    "http://127.0.0.1:7300@evil.example",
  ])("is refused from %j", async (origin) => {
    expect(await write({ origin })).toBe("origin");
  });

  test("is refused without an origin when the browser says it comes from another site", async () => {
    expect(await write({ "sec-fetch-site": "cross-site" })).toBe("origin");
    expect(await write({ "sec-fetch-site": "same-site" })).toBe("origin");
  });

  test("is taken from the public address alone once there is one", async () => {
    const options = { env: testEnvironment({ publicUrl: "http://bailiwick.lan" }), acceptsLoopback: false };
    expect(await write({ origin: "http://bailiwick.lan" }, options)).toBe(201);
    expect(await write({ origin: OWN }, options)).toBe("origin");
    expect(await write({ origin: "http://bailiwick.lan:8080" }, options)).toBe("origin");
  });

  test("is taken from every name of this machine for the port that is served, over a real socket", async () => {
    const { app } = surface().http();
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = new URL(url);
    const status = async (origin: string) => {
      const headers = { ...COOKIE, origin, "content-type": "application/json" };
      return (await fetch(`${url}${rename().url}`, { method: "POST", headers, body: '{"name":"New"}' })).status;
    };
    expect(await status(`http://localhost:${port}`)).toBe(201);
    expect(await status(`http://127.0.0.1:${port}`)).toBe(201);
    expect(await status(`http://[::1]:${port}`)).toBe(201);
    expect(await status(`http://localhost:${Number(port) + 1}`)).toBe(403);
  });
});

describe("a write by cookie at a further address of the configuration", () => {
  const hosts = ["bailiwick", "localhost:8080"];
  const write = async (origin: string, publicUrl?: string) => {
    const options = publicUrl === undefined ? {} : { env: testEnvironment({ publicUrl }), acceptsLoopback: false };
    const { app } = surface().http({ hosts, ...options });
    const name = publicUrl?.startsWith("https:") ? "__Host-bailiwick_session" : "bailiwick_session";
    const headers = { cookie: `${name}=good-session`, host: new URL(origin).host, origin };
    return (await app.inject({ ...rename(), headers })).statusCode;
  };

  test.each([
    ["http://bailiwick", 201],
    ["https://bailiwick", 201],
    ["http://localhost:8080", 201],
    ["http://localhost:9090", 403],
    ["http://bailiwick:3000", 403],
    ["http://bailiwick.evil.example", 403],
    ["http://evil.example", 403],
  ])("%s: %d", async (origin, status) => {
    expect(await write(origin)).toBe(status);
  });

  test("is only taken from https where the cookie is only sent to https", async () => {
    expect(await write("https://bailiwick", "https://bailiwick.example.com")).toBe(201);
    expect(await write("http://bailiwick", "https://bailiwick.example.com")).toBe(403);
    expect(await write("http://bailiwick", "http://bailiwick.example.com")).toBe(201);
  });

  test("is taken for the served port when the name stands alone", async () => {
    const { app } = surface().http({ hosts });
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = new URL(url);
    const status = async (origin: string) => {
      const headers = { ...COOKIE, origin, "content-type": "application/json" };
      return (await fetch(`${url}${rename().url}`, { method: "POST", headers, body: '{"name":"New"}' })).status;
    };
    expect(await status(`http://bailiwick:${port}`)).toBe(201);
    expect(await status(`http://bailiwick:${Number(port) + 1}`)).toBe(403);
  });

  test("names the address and the setting when it is refused", async () => {
    const { app } = surface().http({ hosts });
    const send = async (origin: string) =>
      (await app.inject({ ...rename(), headers: { ...COOKIE, origin } })).json() as Record<string, string>;
    const refused = await send("http://127.0.0.1:9090");
    expect(refused.detail).toContain("http://127.0.0.1:9090");
    expect(refused.next_step).toContain("add 127.0.0.1:9090 to BAILIWICK_HOSTS");
    for (const origin of ["null", "file://", "", `http://${"a".repeat(300)}`]) {
      expect((await send(origin)).next_step, origin).toBe(`Open Bailiwick at ${OWN}, or use a key.`);
    }
  });
});

test("reading by cookie needs no origin", async () => {
  const { app } = surface().http();
  const headers = { ...COOKIE, origin: "https://evil.example" };
  expect((await app.inject({ url: "/api/things", headers })).statusCode).toBe(200);
});

test("a foreign page can neither sign a visitor in nor out, nor ask for links", async () => {
  const { app } = surface().http();
  for (const [url, payload] of [
    ["/api/auth/verify", { token: "right" }],
    ["/api/auth/logout", {}],
    ["/api/auth/request-magic-link", { email: "a@example.org" }],
  ] as const) {
    const from = (origin: string) => app.inject({ method: "POST", url, payload, headers: { origin } });
    expect((await from("https://evil.example")).json()).toMatchObject({ status: 403, code: "origin" });
    expect((await from("null")).statusCode).toBe(403);
    expect((await from(OWN)).statusCode).toBeLessThan(300);
  }
});
