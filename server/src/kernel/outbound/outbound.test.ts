/** The guard of outgoing requests: private addresses in every spelling, and names whose address changes. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isPublic, urlFault } from "./destination.ts";
import { post, type Resolve } from "./post.ts";
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

test("the wait that an answer names is seconds or a date, and at most a day", () => {
  const now = Date.parse("2026-11-30T00:00:00Z");
  expect(retryAfterMs("120", now)).toBe(120_000);
  expect(retryAfterMs("Mon, 30 Nov 2026 00:01:00 GMT", now)).toBe(60_000);
  expect(retryAfterMs("99999999", now)).toBe(86_400_000);
  expect(retryAfterMs("Sun, 29 Nov 2026 00:00:00 GMT", now)).toBe(0);
  for (const text of [undefined, "", "soon"]) expect(retryAfterMs(text, now)).toBeUndefined();
});
