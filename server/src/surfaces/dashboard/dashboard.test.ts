/** The dashboard as a browser gets it, from a folder like the one that its build makes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { useSurface } from "../../../test/harness/surface.ts";
import { call } from "../http/test-socket.ts";
import { pages } from "../pages/pages.ts";
import { referenceRoute } from "../pages/reference.ts";
import { dashboard } from "./dashboard.ts";
import { readWebFiles, type WebFiles } from "./files.ts";

const surface = useSurface();
const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const SIGNED_IN = { ...HTML, cookie: "bailiwick_session=good-session" };
const INDEX = `<!doctype html><title>Dashboard</title>${"<!-- long -->".repeat(200)}`;
const SCRIPT = `export const long = "${"x".repeat(3_000)}";`;
const THEME = "document.documentElement.dataset.theme = 'dark';".repeat(40);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bailiwick-web-"));
  mkdirSync(join(folder, "web/assets"), { recursive: true });
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, "web", name), text);
    if (text.length < 1_024) return;
    writeFileSync(join(folder, "web", `${name}.br`), brotliCompressSync(text));
    writeFileSync(join(folder, "web", `${name}.gz`), gzipSync(text));
  };
  put("index.html", INDEX);
  put("theme.js", THEME);
  put("icon.svg", "<svg/>");
  put(".built.txt", "not for others");
  put("assets/index-abc123.js", SCRIPT);
  put("assets/index-abc123.css", "body { color: red }");
  put("assets/gone-abc123.js", "export {}");
  writeFileSync(join(folder, "secret.txt"), "secret");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function serve(web: WebFiles = readWebFiles(join(folder, "web"))) {
  const about = { operations: FAKE_OPERATIONS, version: "1.2.3" };
  const extensions = [
    pages({ ...about, web, outbox: { code: "code", mails: () => [] } }),
    dashboard(web),
    referenceRoute({ ...about, facts: [], permissions: [] }),
  ];
  return surface().http({ extensions }).app;
}

describe("an asset", () => {
  test("is kept for ever, is what its ending says, and is for this server's pages alone", async () => {
    const answer = await serve().inject({ url: "/assets/index-abc123.js" });
    expect([answer.statusCode, answer.body]).toEqual([200, SCRIPT]);
    expect(answer.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      ratelimit: expect.stringContaining('"network-reads"'),
    });
    expect(answer.headers["content-encoding"]).toBeUndefined();
    const css = await serve().inject({ url: "/assets/index-abc123.css" });
    expect(css.headers["content-type"]).toBe("text/css; charset=utf-8");
  });

  test("comes in the form that the browser takes and the build made", async () => {
    const app = serve();
    const get = (encoding: string, url = "/assets/index-abc123.js") =>
      app.inject({ url, headers: { "accept-encoding": encoding } });
    const br = await get("gzip, deflate, br");
    expect(br.headers).toMatchObject({ "content-encoding": "br", "content-length": String(br.rawPayload.length) });
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(SCRIPT);
    const gzip = await get("gzip, br;q=0");
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(SCRIPT);
    for (const [encoding, url] of [["br;q=0,gzip;q=0"], ["br", "/assets/index-abc123.css"]] as const) {
      const plain = await get(encoding, url);
      expect(plain.headers["content-encoding"]).toBeUndefined();
      expect(plain.headers.vary).toBe("accept-encoding");
    }
  });

  test("that is not there is the problem that everything is that is not there", async () => {
    const app = serve();
    rmSync(join(folder, "web/assets/gone-abc123.js"));
    for (const url of ["/assets/gone-abc123.js", "/assets/index-zzz.js", "/assets/", "/assets", "/assets/a/b.js"]) {
      const answer = await app.inject({ url, headers: SIGNED_IN });
      expect(answer.statusCode, url).toBe(404);
      expect(answer.headers).toMatchObject({ "content-type": "application/problem+json; charset=utf-8" });
      expect(answer.headers["cache-control"]).toBe("no-store");
      expect(answer.json()).toMatchObject({ code: "not_found", detail: "There is nothing here." });
    }
    expect((await app.inject({ method: "POST", url: "/assets/index-abc123.js" })).statusCode).toBe(405);
  });

  test("is read once, and nothing that is put there later is served", async () => {
    const app = serve();
    const get = async (name: string) => (await app.inject({ url: `/assets/${name}` })).statusCode;
    expect(await get("index-abc123.js")).toBe(200);
    const kept = readFileSync(join(folder, "web/assets/index-abc123.js"));
    rmSync(join(folder, "web/assets/index-abc123.js"));
    writeFileSync(join(folder, "web/assets/later-abc123.js"), "export {}");
    expect([await get("index-abc123.js"), await get("later-abc123.js")]).toEqual([200, 404]);
    writeFileSync(join(folder, "web/assets/index-abc123.js"), kept);
    rmSync(join(folder, "web/assets/later-abc123.js"));
  });
});

describe("a path that would leave the folder", () => {
  test.each([
    "/assets/../secret.txt",
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/assets/%252e%252e%252fsecret.txt",
    "/assets/..%5c..%5csecret.txt",
    "/assets/....//secret.txt",
    "/assets/%00",
    "/assets/index-abc123.js%00.css",
    "/assets/__proto__",
    "/assets/.built.txt",
    "/assets/index-abc123.js.br",
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/.built.txt",
    "/theme.js.gz",
    "/index.html",
    "//secret.txt",
    "/assets//etc/passwd",
  ])("%s", async (url) => {
    const answer = await serve().inject({ url, headers: SIGNED_IN });
    expect(answer.statusCode).toBe(404);
    expect(answer.body).not.toMatch(/^secret|not for others/);
  });
});

describe("a file that keeps its name", () => {
  test("is checked at each load and sent only when it changed, with an ETag for each encoding", async () => {
    const app = serve();
    const get = (headers: Record<string, string> = {}) => app.inject({ url: "/theme.js", headers });
    const [plain, br] = [await get(), await get({ "accept-encoding": "br" })];
    expect(plain.body).toBe(THEME);
    expect(plain.headers).toMatchObject({ "cache-control": "no-cache", vary: "accept-encoding" });
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(THEME);
    const tags = [String(plain.headers.etag), String(br.headers.etag)];
    expect(tags.every((tag) => /^"[\w-]{43}"$/.test(tag)) && tags[0] !== tags[1]).toBe(true);
    for (const known of [tags[0], `"x", W/${tags[0]}`, "*"]) {
      const again = await get({ "if-none-match": String(known) });
      expect([again.statusCode, again.body]).toEqual([304, ""]);
      expect(again.headers).toMatchObject({ etag: tags[0], "cache-control": "no-cache", vary: "accept-encoding" });
    }
    expect((await get({ "if-none-match": String(tags[1]) })).statusCode).toBe(200);
    expect((await app.inject({ url: "/icon.svg" })).headers["content-type"]).toBe("image/svg+xml; charset=utf-8");
  });
});

describe("a page", () => {
  test("of any path is the dashboard for a signed-in person", async () => {
    const app = serve();
    for (const url of ["/", "/tasks", "/tasks/01985f3c?tab=events", "/agents/a/b/c/", "/apiary", "/?x=1"]) {
      const answer = await app.inject({ url, headers: SIGNED_IN });
      expect([answer.statusCode, answer.body], url).toEqual([200, INDEX]);
      expect(answer.headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        vary: "accept-encoding",
        "content-security-policy": expect.stringContaining("script-src 'self'"),
        "x-frame-options": "DENY",
        ratelimit: expect.stringContaining('"network-reads"'),
      });
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
    const br = await app.inject({ url: "/tasks", headers: { ...SIGNED_IN, "accept-encoding": "br" } });
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(INDEX);
  });

  test("tells a foreign page nothing", async () => {
    const headers = { ...SIGNED_IN, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    for (const url of ["/tasks", "/theme.js", "/assets/index-abc123.js"]) {
      const answer = await serve().inject({ url, headers });
      expect(answer.headers["cross-origin-resource-policy"], url).toBe("same-origin");
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  test("leads a caller who is not signed in to sign-in, and once back to the path", async () => {
    const app = serve();
    const first = await app.inject({ url: "/tasks/1?tab=events&x=%2F", headers: HTML });
    expect([first.statusCode, first.headers.location]).toEqual([303, "/sign-in"]);
    const cookie = String(first.headers["set-cookie"]).split(";")[0] ?? "";
    const form = { "content-type": "application/x-www-form-urlencoded", origin: "http://127.0.0.1:7300", cookie };
    const signedIn = await app.inject({ method: "POST", url: "/sign-in", headers: form, payload: "token=right" });
    expect([signedIn.statusCode, signedIn.headers.location]).toEqual([303, "/tasks/1?tab=events&x=%2F"]);
    expect(signedIn.headers["set-cookie"]).toEqual([
      expect.stringContaining("bailiwick_session=good-session"),
      expect.stringMatching(/^bailiwick_next=; .*Max-Age=0$/),
    ]);
  });

  test.each(["%2F%2Fevil.example", "%2F%5Cevil.example", "https%3A%2F%2Fevil.example", "%2F%09%2Fevil.example", "%"])(
    "that another site wrote into the cookie as %s is not used after sign-in",
    async (value) => {
      const origin = "http://127.0.0.1:7300";
      const headers = {
        "content-type": "application/x-www-form-urlencoded",
        origin,
        cookie: `bailiwick_next=${value}`,
      };
      const answer = await serve().inject({ method: "POST", url: "/sign-in", headers, payload: "token=right" });
      expect([answer.statusCode, answer.headers.location]).toEqual([303, "/"]);
    },
  );

  test("of a stranger whose session is over is signing in too; `/` is the first page", async () => {
    const over = { ...HTML, cookie: "bailiwick_session=over" };
    expect((await serve().inject({ url: "/tasks", headers: over })).statusCode).toBe(303);
    const long = await serve().inject({ url: `/tasks?x=${"x".repeat(1_000)}`, headers: over });
    expect([long.statusCode, long.headers["set-cookie"]]).toEqual([303, undefined]);
    const home = await serve().inject({ url: "/", headers: over });
    expect(home.statusCode).toBe(200);
    expect(home.body).toContain("This server is running");
  });

  test("does not serve paths of other routes, paths with an ending, or requests without text/html", async () => {
    const app = serve();
    const nowhere = ["/api/nothing", "/mcp/x", "/docs/x", "/dev/x", "/metrics/x", "/.well-known/x", "/favicon.ico"];
    for (const url of [...nowhere, "/tasks/report.pdf", "//evil.example"]) {
      expect((await app.inject({ url, headers: SIGNED_IN })).statusCode, url).toBe(404);
    }
    for (const accept of ["*/*", "application/json", "text/html;q=0", ""]) {
      const answer = await app.inject({ url: "/tasks", headers: { ...SIGNED_IN, accept } });
      expect(answer.json(), accept).toMatchObject({ status: 404, code: "not_found" });
    }
    expect((await app.inject({ method: "POST", url: "/tasks", headers: SIGNED_IN })).statusCode).toBe(404);
    const wrong = await app.inject({ url: "/sign-out", headers: SIGNED_IN });
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, "POST"]);
  });
});

test("HEAD says the same of everything and sends nothing", async () => {
  const url = await serve().listen({ port: 0, host: "127.0.0.1" });
  const cookie = "Cookie: bailiwick_session=good-session";
  const ask = async (method: string, path: string) => {
    const lines = [`${method} ${path} HTTP/1.1`, "Host: x", "Connection: close", "Accept: text/html", cookie];
    const answer = await call(url, [...lines, "Accept-Encoding: br", "", ""].join("\r\n")).ended;
    const [head = "", ...body] = answer.split("\r\n\r\n");
    const headLines = head.split("\r\n").filter((line) => !/^(?:x-request-id|date):/i.test(line));
    return { headLines, size: body.join("\r\n\r\n").length };
  };
  for (const path of ["/assets/index-abc123.js", "/theme.js", "/tasks", "/"]) {
    const [get, head] = [await ask("GET", path), await ask("HEAD", path)];
    expect(head.headLines, path).toEqual(get.headLines);
    expect(head.headLines[0]).toBe("HTTP/1.1 200 OK");
    expect([get.size > 0, head.size], path).toEqual([true, 0]);
  }
  expect((await ask("GET", "/\\evil.example")).headLines[0]).toBe("HTTP/1.1 404 Not Found");
});

test("where the dashboard was not built, its pages say how that is done, and all else works", async () => {
  const app = serve(readWebFiles(join(folder, "nothing")));
  for (const url of ["/", "/tasks"]) {
    const answer = await app.inject({ url, headers: SIGNED_IN });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain("<code>npm run build</code>");
    expect(answer.headers["cache-control"]).toBe("no-store");
  }
  expect((await app.inject({ url: "/tasks", headers: HTML })).statusCode).toBe(303);
  expect((await app.inject({ url: "/assets/index-abc123.js" })).statusCode).toBe(404);
  expect((await app.inject({ url: "/docs" })).statusCode).toBe(200);
});
