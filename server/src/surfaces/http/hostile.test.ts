/** Requests of a hostile caller: every answer is a 4xx problem and names the field if there is one. */
import { randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { soon } from "../../../test/harness/latch.ts";
import { useSurface } from "../../../test/harness/surface.ts";

const surface = useSurface();
const AUTH = { authorization: "Bearer good" };
const JSON_BODY = { ...AUTH, "content-type": "application/json" };
const id = randomUUID();
const url = `/api/things/${id}/rename`;
async function send(payload: string | Buffer, headers: Record<string, string> = JSON_BODY, path = url) {
  const answer = await surface().http().app.inject({ method: "POST", url: path, headers, payload });
  expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(answer.headers["x-request-id"]).toBe(answer.json().request_id);
  return answer.json();
}

describe("a hostile body", () => {
  const deep = 100_000;
  test.each([
    ["malformed", '{"name": ', ""],
    ["a list", "[]", ""],
    ["a text", '"x"', ""],
    ["null", "null", ""],
    ["a number", "12", ""],
    ["another type", '{"name": 12}', "/name"],
    ["an object for a text", '{"name": {"$ne": 1}}', "/name"],
    ["an unknown field", '{"name": "a", "admin": true}', "/admin"],
    ["a field of the path", `{"name": "a", "id": "${id}"}`, "/id"],
    ["a missing field", "{}", "/name"],
    ["a text that is too long", `{"name": "${"x".repeat(21)}"}`, "/name"],
    ["a NUL", '{"name": "a\\u0000b"}', "/name"],
    ["half a surrogate pair", '{"name": "\\ud800"}', "/name"],
    ["a NUL deep in a document", '{"name": "a", "note": {"x": ["\\u0000"]}}', "/note/x/0"],
    ["__proto__", '{"name": "a", "__proto__": {"admin": true}}', "/__proto__"],
    ["__proto__ in a document", '{"name": "a", "note": {"__proto__": {"admin": true}}}', "/note/__proto__"],
    ["constructor", '{"name": "a", "constructor": {"prototype": {"admin": true}}}', "/constructor"],
    ["an infinite number", '{"name": "a", "note": 1e999}', "/note"],
    ["not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), ""],
    ["deep lists", `{"name":"a","note":${"[".repeat(deep)}${"]".repeat(deep)}}`, "/note"],
    ["deep objects", `{"name":"a","note":${'{"a":'.repeat(deep)}1${"}".repeat(deep)}}`, "/note"],
    ["deep and open", `{"name":"a","note":${"[".repeat(deep)}`, ""],
    ["a deep __proto__", `{"name":"a","note":${'{"a":'.repeat(deep)}{"__proto__":1}${"}".repeat(deep)}}`, "/note"],
    ["a large document", JSON.stringify({ name: "a", note: "x".repeat(300 * 1024) }), "/note"],
  ])("%s: 400", async (_what, body, path) => {
    const problem = await send(body);
    expect(problem).toMatchObject({ status: 400, code: "invalid_input" });
    expect(problem.errors[0].path.startsWith(path)).toBe(true);
    expect(problem.detail.length).toBeLessThan(1_000);
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  });

  test("many unknown fields are answered in a small problem", async () => {
    const fields = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}`, index]));
    expect(JSON.stringify(await send(JSON.stringify(fields))).length).toBeLessThan(5_000);
  });

  test("too large: 413", async () => {
    expect(await send(Buffer.alloc(10 * 1024 * 1024, 0x20))).toMatchObject({ status: 413, code: "too_large" });
  });

  test("of a stranger is larger than 16 KiB: 413, and such a large one is read with a credential", async () => {
    const { app } = surface().http();
    const large = (bytes: number) => JSON.stringify({ token: "x".repeat(bytes) });
    for (const path of ["/api/auth/verify", "/api/auth/logout", "/api/auth/request-magic-link"]) {
      const headers = { "content-type": "application/json" };
      const send = (payload: string) => app.inject({ method: "POST", url: path, headers, payload });
      expect((await send(large(16 * 1024))).json(), path).toMatchObject({ status: 413, code: "too_large" });
      expect((await send(large(15 * 1024))).statusCode, path).toBe(400);
    }
    expect(await send(large(16 * 1024))).toMatchObject({ status: 400 });
  });

  test.each([
    "text/plain",
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "nonsense",
  ])("as %s: 415", async (type) => {
    expect(await send("name=a", { ...AUTH, "content-type": type })).toMatchObject({ status: 415 });
  });

  test("without a content type: 415", async () => {
    expect(await send(Buffer.from("{}"), AUTH)).toMatchObject({ status: 415, code: "unsupported_media_type" });
  });

  test.each([
    ["utf-8", 400],
    ['"UTF-8"', 400],
    ["utf8", 400],
    ["utf-16", 415],
    ["iso-8859-1", 415],
  ])("with the charset %s: %d", async (charset, status) => {
    expect(await send('{"name":1}', { ...AUTH, "content-type": `application/json; charset=${charset}` })).toMatchObject(
      {
        status,
      },
    );
  });

  test("compressed: 415", async () => {
    expect(await send("{}", { ...JSON_BODY, "content-encoding": "gzip" })).toMatchObject({ status: 415 });
  });

  test("of a DELETE is refused rather than ignored", async () => {
    const answer = await surface()
      .http()
      .app.inject({ method: "DELETE", url: `/api/things/${id}/name`, headers: JSON_BODY, payload: { name: "a" } });
    expect(answer.json()).toMatchObject({ status: 400, code: "invalid_input" });
  });

  test("together with query parameters is refused", async () => {
    expect(await send('{"name":"a"}', JSON_BODY, `${url}?name=b`)).toMatchObject({ errors: [{ path: "/name" }] });
  });
});

describe("a hostile path or header", () => {
  test.each([
    ["no UUID", "/api/things/not-a-uuid/rename", 400],
    ["a long part", `/api/things/${"x".repeat(2_000)}/rename`, 400],
    ["half a character", "/api/things/%E0%A4%A/rename", 400],
    ["half an escape", "/api/things/%/rename", 400],
    ["a NUL", "/api/things/%00/rename", 400],
    ["a way up", "/api/things/..%2f..%2fetc%2fpasswd/rename", 400],
    ["a prototype", "/api/things/__proto__/rename", 400],
    ["an empty part", "/api//things", 404],
    ["many parts", `/${"a/".repeat(5_000)}`, 404],
  ])("%s in the path is a 4xx", async (_what, path, status) => {
    expect(await send('{"name":"a"}', JSON_BODY, path)).toMatchObject({ status });
  });

  test("absurd limits and cursors are named", async () => {
    const { app } = surface().http();
    for (const [query, field] of [
      ["limit=0", "limit"],
      ["limit=201", "limit"],
      ["limit=999999999999999999999", "limit"],
      ["limit=NaN", "limit"],
      [`cursor=${"x".repeat(501)}`, "cursor"],
      ["cursor=", "cursor"],
      ["q=%zz%zz%zz%zz%zz%zz%zz%zz", "q"],
    ]) {
      const answer = await app.inject({ url: `/api/things?${query}`, headers: AUTH });
      expect(answer.json()).toMatchObject({ status: 400, errors: [{ path: `/${field}` }] });
    }
  });

  test("an Idempotency-Key that is empty, long or odd is named", async () => {
    for (const key of ["", "x".repeat(256), "a\tb", "ä"]) {
      const problem = await send('{"name":"a"}', { ...JSON_BODY, "idempotency-key": key });
      expect(problem).toMatchObject({ status: 400, errors: [{ path: "/Idempotency-Key" }] });
    }
  });
});

describe("over a real socket", () => {
  async function raw(text: string): Promise<string> {
    const { app } = surface().http();
    const address = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
    return new Promise((resolve, reject) => {
      const socket = connect(Number(address.port), "127.0.0.1", () => socket.write(text));
      let answer = "";
      socket.on("data", (data) => {
        answer += data.toString();
      });
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
    });
  }

  test("huge headers are 431, nonsense is 400, both as problems", async () => {
    const huge = await raw(`GET /api/things HTTP/1.1\r\nHost: x\r\nX-Big: ${"x".repeat(20_000)}\r\n\r\n`);
    expect(huge).toMatch(/^HTTP\/1\.1 431 /);
    expect(JSON.parse(huge.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status: 431, code: "too_large" });
    const nonsense = await raw("\x16\x03\x01\x02\x00nonsense\r\n\r\n");
    expect(nonsense).toMatch(/^HTTP\/1\.1 400 /);
    expect(nonsense.toLowerCase()).toContain("x-request-id: ");
    expect(await raw("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")).toMatch(
      / 400 /,
    );
  });

  test("two Host headers are 400, equal or not, in upper or lower case", async () => {
    for (const second of ["Host: x", "host: evil.example", "HOST: "]) {
      const answer = await raw(`GET /api/health HTTP/1.1\r\nHost: x\r\n${second}\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain("/Host");
    }
  });

  test("ten mebibytes get their answer, also sent in chunks of unknown length", async () => {
    const { app } = surface().http();
    const address = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
    for (const headers of [JSON_BODY, { ...JSON_BODY, "content-length": String(10 * 1024 * 1024) }]) {
      const status = await new Promise((resolve, reject) => {
        const options = { host: "127.0.0.1", port: address.port, path: url, method: "POST", headers };
        const request = httpRequest(options, (answer) => {
          answer.resume();
          answer.on("end", () => resolve(answer.statusCode));
        });
        request.on("error", reject);
        for (let sent = 0; sent < 10; sent++) request.write(Buffer.alloc(1024 * 1024, 0x20));
        request.end();
      });
      expect(status).toBe(413);
    }
  });

  test("a caller that goes away ends its long poll", async () => {
    const { app, tools } = surface().http();
    const address = await app.listen({ port: 0, host: "127.0.0.1" });
    const gone = new AbortController();
    const waiting = fetch(`${address}/api/things/wait`, {
      method: "POST",
      headers: JSON_BODY,
      body: '{"wait_seconds":30}',
      signal: gone.signal,
    }).catch(() => "gone");
    await soon(tools.waiting.count).toBe(1);
    gone.abort();
    expect(await waiting).toBe("gone");
    const answers = async () => {
      const read = await Promise.all(tools.counts.metrics.map((metric) => metric.read()));
      return read.flatMap(({ values }) => values.map(({ labels }) => labels));
    };
    await soon(answers).toContainEqual({ operation: "things.wait", status: 409 });
  });

  test("a shutdown ends long polls with 503 and when to come back", async () => {
    const { app, tools } = surface().http();
    const address = await app.listen({ port: 0, host: "127.0.0.1" });
    const waiting = fetch(`${address}/api/things/wait`, {
      method: "POST",
      headers: JSON_BODY,
      body: '{"wait_seconds":30}',
    });
    await soon(tools.waiting.count).toBe(1);
    tools.waiting.endAll();
    const answer = await waiting;
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
  });
});
