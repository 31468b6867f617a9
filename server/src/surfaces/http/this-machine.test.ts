/** Which requests count as sent on this machine. Real sockets, because the address and port of the socket count. */
import { request } from "node:http";
import { beforeAll, describe, expect, test } from "vitest";
import { useSurface } from "../../../test/harness/surface.ts";
import { requestInfo } from "./caller.ts";
import type { ServerOptions } from "./server.ts";
import { call } from "./test-socket.ts";
import type { Extension } from "./tools.ts";

const surface = useSurface();
const tell: Extension = (app) => {
  app.get("/here", (request, reply) => void reply.send({ here: requestInfo(request).at_this_machine }));
};

async function serve(options: Partial<ServerOptions> = {}): Promise<number> {
  const { app } = surface().http({ extensions: [tell], ...options });
  return Number(new URL(await app.listen({ port: 0, host: "127.0.0.1" })).port);
}

let port: number;
beforeAll(async () => {
  port = await serve();
});

function ask(headers: Record<string, string>, at = port): Promise<{ here: boolean }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: at, host: "127.0.0.1", path: "/here", headers }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += String(part)));
      answer.on("end", () => resolve(JSON.parse(text)));
    });
    sent.on("error", reject).end();
  });
}

describe("a request that was sent on this machine", () => {
  test.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])("names %s and the port that is served", async (name) => {
    expect(await ask({ host: `${name}:${port}` })).toEqual({ here: true });
  });

  test.each([
    "evil.example",
    "bailiwick.example.com",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "127.0.0.1",
    "localhost",
    "127.0.0.1:1",
    "0.0.0.0",
    "",
  ])("does not name %j", async (name) => {
    const host = name.includes(":") || name === "127.0.0.1" || name === "localhost" ? name : `${name}:${port}`;
    expect(await ask({ host })).toEqual({ here: false });
  });

  test("is not of the protocol that a plain proxy_pass speaks", async () => {
    const old = call(`http://127.0.0.1:${port}`, `GET /here HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    expect(await old.ended).toContain('{"here":false}');
  });

  test("is not one that is written as to a proxy, with a whole URL", async () => {
    const whole = `GET http://bailiwick.example.com/here HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
    expect(await call(`http://127.0.0.1:${port}`, whole).ended).toContain('{"here":false}');
  });

  test.each([
    ["max-forwards", "9"],
    ["x_forwarded_for", "203.0.113.7"],
    ["forwarded", "for=192.0.2.60;proto=http;by=203.0.113.43"],
    ["via", "1.1 tunnel"],
    ["x-forwarded-for", "203.0.113.7"],
    ["x-forwarded-host", "bailiwick.example.com"],
    ["x-forwarded-proto", "https"],
    ["x-forwarded-port", "443"],
    ["x-forwarded-server", "proxy"],
    ["x-forwarded-prefix", "/app"],
    ["x-forwarded", "for=x"],
    ["x-real-ip", "203.0.113.7"],
    ["x-client-ip", "203.0.113.7"],
    ["x-cluster-client-ip", "203.0.113.7"],
    ["true-client-ip", "203.0.113.7"],
    ["client-ip", "203.0.113.7"],
    ["x-original-host", "bailiwick.example.com"],
    ["x-original-forwarded-for", "203.0.113.7"],
    ["x-original-url", "/"],
    ["x-rewrite-url", "/"],
    ["x-http-host-override", "x"],
    ["x-host", "bailiwick.example.com"],
    ["cf-connecting-ip", "203.0.113.7"],
    ["cf-ray", "230b030023ae2822-SJC"],
    ["cdn-loop", "cloudflare"],
    ["fastly-client-ip", "203.0.113.7"],
    ["fly-client-ip", "203.0.113.7"],
    ["x-envoy-external-address", "203.0.113.7"],
    ["x-amzn-trace-id", "Root=1-67891233-abcdef012345678912345678"],
    ["x-amz-cf-id", "x"],
    ["x-azure-clientip", "203.0.113.7"],
    ["x-arr-log-id", "x"],
    ["x-appengine-user-ip", "203.0.113.7"],
    ["x-cloud-trace-context", "x"],
    ["x-request-start", "t=1"],
    ["ngrok-skip-browser-warning", "1"],
    ["ngrok-auth-user-id", "x"],
    ["tailscale-user-login", "ada@example.org"],
    ["remote-user", "ada"],
    ["x-vercel-id", "x"],
    ["x-nf-client-connection-ip", "203.0.113.7"],
    ["x-akamai-edgescape", "x"],
    ["wl-proxy-client-ip", "203.0.113.7"],
    ["x-proxyuser-ip", "203.0.113.7"],
  ])("has no header %s", async (name, value) => {
    const host = `127.0.0.1:${port}`;
    expect(await ask({ host, [name]: value })).toEqual({ here: false });
    expect(await ask({ host, [name.toUpperCase()]: "" })).toEqual({ here: false });
  });

  test("may have what browsers, agents and scripts send", async () => {
    const usual = {
      accept: "text/html",
      "accept-language": "en",
      cookie: "a=b",
      "user-agent": "curl/8",
      origin: `http://127.0.0.1:${port}`,
      "sec-fetch-site": "same-origin",
      "sec-ch-ua-platform": "Linux",
      "upgrade-insecure-requests": "1",
      "x-request-id": "one",
      "x-requested-with": "XMLHttpRequest",
      "x-stainless-lang": "js",
      "x-client-version": "1",
      traceparent: "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
      "idempotency-key": "one",
      "mcp-protocol-version": "2025-06-18",
      dnt: "1",
    };
    expect(await ask({ ...usual, host: `127.0.0.1:${port}` })).toEqual({ here: true });
  });
});

describe("the warning about a proxy", () => {
  const FORWARDED = { "x-forwarded-for": "203.0.113.7" };
  const warnings = () => surface().logged.filter((line) => line.includes("A proxy that is not configured"));

  test("comes once, at the first forwarded request, and names the setting", async () => {
    surface().logged.length = 0;
    const at = await serve({ acceptsLoopback: false });
    await ask({}, at);
    expect(warnings()).toEqual([]);
    for (let n = 0; n < 3; n++) await ask(FORWARDED, at);
    expect(warnings()).toHaveLength(1);
    expect(JSON.parse(warnings()[0] ?? "")).toMatchObject({ level: 40, peer: "127.0.0.1" });
    expect(warnings()[0]).toContain("BAILIWICK_TRUSTED_PROXIES");
  });

  test.each([["127.0.0.1"], ["127.0.0.0/8"], ["::1", "127.0.0.0/24"]])("does not come for %s", async (...proxies) => {
    surface().logged.length = 0;
    await ask(FORWARDED, await serve({ trustedProxies: proxies }));
    expect(warnings()).toEqual([]);
    await ask(FORWARDED, await serve({ trustedProxies: ["192.0.2.1"] }));
    expect(warnings()).toHaveLength(1);
  });
});
