/** The guard of outgoing requests: private addresses in every spelling, and names whose address changes. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isPublic, urlFault } from "./destination.ts";
import type { Resolve } from "./dial.ts";
import { exchange } from "./exchange.ts";
import { post } from "./post.ts";
import { retryAfterMs } from "./retry-after.ts";

describe("an address", () => {
  const PRIVATE = [
    "http://127.0.0.1/",
    "http://127.1:8080/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f.0.0.1/",
    "http://①②⑦.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://240.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001::1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://api.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/",
  ];
  test.each(PRIVATE)("%s is refused, and taken when its host is allowed", (url) => {
    expect(urlFault(url, [])).toMatch(/private network/);
    expect(urlFault(url, [new URL(url).hostname])).toBeUndefined();
    expect(urlFault(url, [new URL(url).host])).toBeUndefined();
    expect(urlFault(url, ["example.org"])).toMatch(/private network/);
  });

  test.each([
    "https://example.org/in",
    "http://8.8.8.8/",
    "https://[2606:4700::1111]/",
    "https://a.b.example:8443/x?y=1",
  ])("%s on the internet is taken", (url) => expect(urlFault(url, [])).toBeUndefined());

  test.each([
    "",
    "nonsense",
    "ftp://example.org/",
    "file:///etc/passwd",
    "https://ada:secret@example.org/",
    "http://[fe80::1%25eth0]/",
  ])("%j is none", (url) => expect(urlFault(url, [])).toBeDefined());

  test("that is no IP address is not public", () => {
    expect(["", "example.org", "8.8.8.8.8", "1.1"].map(isPublic)).toEqual([false, false, false, false]);
  });
});

describe("a request", () => {
  let server: Server;
  let port = 0;
  const seen: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.url ?? "");
      if (request.url === "/silent") return;
      if (request.url === "/moved") return void response.writeHead(302, { location: "/elsewhere" }).end();
      if (request.url === "/endless") {
        response.writeHead(200);
        const timer = setInterval(() => response.write("x".repeat(4_096)), 1);
        return void response.on("close", () => clearInterval(timer));
      }
      response.writeHead(429, { "retry-after": "7" }).end("slowly");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A server that listens on TCP has an address of this form.
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const to = (path: string, options: Partial<Parameters<typeof post>[1]> = {}, host = "127.0.0.1") =>
    post({ url: `http://${host}:${port}${path}`, headers: {}, body: "{}" }, { allowed: ["127.0.0.1"], ...options });

  test("gets the status, the wait and the beginning of the answer, and follows no redirect", async () => {
    expect(await to("/")).toEqual({ status: 429, retryAfter: "7", start: "slowly" });
    expect(await to("/moved")).toMatchObject({ status: 302 });
    expect(seen).not.toContain("/elsewhere");
  });

  test("reads no endless answer, and ends without an answer in time", async () => {
    const endless = await to("/endless");
    expect(endless).toMatchObject({ status: 200 });
    expect(endless.status && endless.start.length).toBe(1_024);
    expect(await to("/silent", { timeoutMs: 50 })).toEqual({ error: "There was no answer in time." });
  });

  test("dials only addresses that were checked, also when the answer of DNS changes", async () => {
    const before = seen.length;
    const answers = [[{ address: "93.184.216.34", family: 4 }], [{ address: "127.0.0.1", family: 4 }]];
    const names: string[] = [];
    const resolve: Resolve = async (host) => {
      names.push(host);
      return answers[Math.min(names.length - 1, 1)] ?? [];
    };
    const signal = AbortSignal.timeout(20_000);
    const options = { allowed: [], resolve, timeoutMs: 100, stop: signal };
    // The first answer is public and is the one that is dialled: nothing resolves the name a second time.
    const first = await to("/rebound", options, "rebind.example");
    expect(first.error).toBeDefined();
    expect(names).toEqual(["rebind.example"]);
    expect(await to("/rebound", options, "rebind.example")).toEqual({
      error: "rebind.example is on this machine or in a private network.",
    });
    const mixed: Resolve = async () => [
      { address: "93.184.216.34", family: 4 },
      { address: "::1", family: 6 },
    ];
    expect((await to("/rebound", { ...options, resolve: mixed }, "mixed.example")).error).toMatch(/private network/);
    expect((await to("/rebound", { allowed: [] })).error).toMatch(/private network/);
    expect(seen.length).toBe(before);
  });
});

describe("an exchange", () => {
  let server: Server;
  let url = "";
  let seen = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen++;
      const path = request.url ?? "";
      if (path === "/hangs") return;
      if (path === "/breaks") return void request.socket.destroy();
      if (path === "/half") {
        response.writeHead(200, { "content-length": "100" });
        response.write("half");
        return void setImmediate(() => request.socket.destroy());
      }
      if (path === "/long") return void response.end("x".repeat(200_000));
      if (path === "/moved") return void response.writeHead(302, { location: "/" }).end();
      response.writeHead(200).end(`${request.method} ${request.headers["content-length"] ?? "none"}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A server that listens on TCP has an address of this form.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const options = { allowed: ["127.0.0.1"], answerBytesMax: 10_000 };
  const to = (address: string, more: Partial<Parameters<typeof exchange>[1]> = {}, method = "POST") =>
    exchange({ url: address, method, headers: {}, body: method === "GET" ? undefined : "{}" }, { ...options, ...more });

  test("returns a whole answer, of any method, and follows no redirect", async () => {
    expect(await to(`${url}/`)).toMatchObject({ answer: "whole", status: 200, body: "POST 2" });
    expect(await to(`${url}/`, {}, "GET")).toMatchObject({ answer: "whole", body: "GET none" });
    const before = seen;
    expect(await to(`${url}/moved`)).toMatchObject({ answer: "whole", status: 302 });
    expect(seen).toBe(before + 1);
  });

  test("says that an answer is not whole: too long, or the connection broke within it", async () => {
    expect(await to(`${url}/long`)).toMatchObject({ answer: "part", cut: true, status: 200 });
    expect(await to(`${url}/half`)).toMatchObject({ answer: "part", cut: false, status: 200, body: "half" });
  });

  test("says that the request may have been sent: no answer in time, or the connection broke before it", async () => {
    expect(await to(`${url}/hangs`, { timeoutMs: 200 })).toMatchObject({ answer: "none", mayBeSent: true });
    expect(await to(`${url}/breaks`)).toMatchObject({ answer: "none", mayBeSent: true });
  });

  test("says that nothing was sent: a refused connection, no name, a bad certificate, a private address, a bad header", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const nothing = { answer: "none", mayBeSent: false };
    expect(await to(`http://127.0.0.1:${port}/`)).toMatchObject(nothing);
    // The receiver does not speak TLS.
    expect(await to(url.replace("http:", "https:"))).toMatchObject(nothing);
    const unknown: Resolve = () => Promise.reject(new Error("no such name"));
    expect(await to("http://nobody.example/", { resolve: unknown })).toMatchObject({
      ...nothing,
      error: "no such name",
    });
    const linkLocal: Resolve = async () => [{ address: "169.254.169.254", family: 4 }];
    expect(await to("http://meta.example/", { resolve: linkLocal })).toMatchObject(nothing);
    expect(await to(url, { allowed: [] })).toMatchObject(nothing);
    const bad = await exchange({ url, headers: { "x-a": "a\nb" } }, options);
    expect(bad).toMatchObject(nothing);
    const stopped = await to(url, { stop: AbortSignal.abort() });
    expect(stopped).toMatchObject({ ...nothing, error: "This server stopped." });
  });
});

test("the wait that an answer names is seconds or a date, and at most a day", () => {
  const now = Date.parse("2026-11-30T00:00:00Z");
  expect(retryAfterMs("120", now)).toBe(120_000);
  expect(retryAfterMs("Mon, 30 Nov 2026 00:01:00 GMT", now)).toBe(60_000);
  expect(retryAfterMs("99999999", now)).toBe(86_400_000);
  expect(retryAfterMs("Sun, 29 Nov 2026 00:00:00 GMT", now)).toBe(0);
  for (const text of [undefined, "", "soon"]) expect(retryAfterMs(text, now)).toBeUndefined();
});
