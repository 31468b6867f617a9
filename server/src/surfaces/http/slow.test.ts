/** Slow callers: each is cut off, and other callers are not affected. */
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { soon } from "../../../test/harness/latch.ts";
import { times } from "../../../test/harness/outcomes.ts";
import { useSurface } from "../../../test/harness/surface.ts";
import { sendJson, sendText } from "./answer.ts";
import type { HttpServer } from "./server.ts";
import { call } from "./test-socket.ts";

const surface = useSurface();
/** More than any socket takes in at once. */
const LARGE = "x".repeat(32 * 1024 * 1024);
const TRICKLE_MS = 20;
const HEAD =
  "POST /api/things/wait HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\n";

let server: HttpServer;
let url: string;
/** The number of connections so far. A connection may be cut off before it is counted. */
let accepted = 0;
beforeAll(async () => {
  server = surface().http({
    timeouts: { headersMs: 300, requestMs: 60_000, bodyMs: 600, stalledMs: 600, checkEveryMs: 50 },
    extensions: [
      (app) => {
        app.get("/large", (_request, reply) => sendText(reply, "text/plain", LARGE));
        app.register(async (scope) => {
          scope.removeAllContentTypeParsers();
          scope.addContentTypeParser("*", (_request, _body, done) => done(null));
          scope.post("/own", (request) => text(request.raw));
        });
        app.get("/small", (_request, reply) => sendJson(reply, 200, {}));
      },
    ],
  });
  server.app.server.on("connection", () => accepted++);
  url = await server.app.listen({ port: 0, host: "127.0.0.1" });
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    server.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

async function othersAreServed(): Promise<void> {
  // A machine that stands still longer than the limits set here cuts off a good caller too, who then asks again.
  const status = async () => (await fetch(`${url}/small`, { headers: { connection: "close" } })).status;
  await soon(status).toBe(200);
}

/** Sends a byte now and then until the connection is closed. */
async function trickle(text: string): Promise<string> {
  const caller = call(url, text);
  const timer = setInterval(() => caller.socket.write("x"), TRICKLE_MS);
  await othersAreServed();
  const answer = await caller.ended;
  clearInterval(timer);
  return answer;
}

describe("is cut off, and nobody else is hurt, when a caller", () => {
  test("trickles its headers", async () => {
    expect(await trickle("GET /small HTTP/1.1\r\nHost: x\r\nX-Slow: ")).toMatch(/^HTTP\/1.1 408 /);
  });

  test("trickles its body", async () => {
    expect(await trickle(`${HEAD}Content-Length: 1000000\r\n\r\n{`)).toMatch(/^HTTP\/1.1 408 /);
  });

  test("trickles the chunks of a body", async () => {
    expect(await trickle(`${HEAD}Transfer-Encoding: chunked\r\n\r\nfffff\r\n{`)).toMatch(/^HTTP\/1.1 408 /);
  });

  test("trickles a body that the route reads itself", async () => {
    expect(await trickle("POST /own HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")).toMatch(/^HTTP\/1.1 408 /);
  });

  test("opens many connections and says nothing", async () => {
    const before = accepted;
    const callers = times(300, () => call(url));
    await soon(() => accepted - before).toBe(300);
    await othersAreServed();
    await Promise.all(callers.map(({ ended }) => ended));
  });

  test("stops halfway through its headers, on many connections", async () => {
    const callers = times(100, () => call(url, "GET / HTTP/1.1\r\nHost:"));
    await othersAreServed();
    for (const answer of await Promise.all(callers.map(({ ended }) => ended))) expect(answer).toMatch(/ 408 /);
  });

  test("does not read its answer", async () => {
    await soon(connections).toBe(0);
    const before = accepted;
    const callers = times(5, () => call(url, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
    for (const { socket } of callers) socket.pause();
    await soon(() => accepted - before).toBe(5);
    await othersAreServed();
    await soon(connections).toBe(0);
    for (const { socket } of callers) socket.destroy();
  });

  test("sends nonsense behind a request", async () => {
    const answer = await call(url, "GET /small HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n").ended;
    expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*HTTP\/1.1 400 /);
    await othersAreServed();
  });

  test("sends nonsense behind a request that waits", async () => {
    const body = '{"wait_seconds":30}';
    const caller = call(url, `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`);
    await soon(server.tools.waiting.count).toBe(1);
    caller.socket.write("nonsense\r\n\r\n");
    expect(await caller.ended).toMatch(/^HTTP\/1.1 400 /);
    await soon(server.tools.waiting.count).toBe(0);
  });

  test("sends headers that are larger than they may be, slowly", async () => {
    const caller = call(url, `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(17_000)}`);
    expect(await caller.ended).toMatch(/^HTTP\/1.1 431 /);
  });
});

test("a caller that reads slowly gets the whole answer", async () => {
  const caller = call(url, "GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  let resting = 0;
  caller.socket.on("data", () => {
    if (resting++ % 50 > 0) return;
    caller.socket.pause();
    setTimeout(() => caller.socket.resume(), TRICKLE_MS);
  });
  expect((await caller.ended).length).toBeGreaterThan(LARGE.length);
});

test("none of it is a failure of ours", () => {
  expect(surface().logged.filter((line) => /"level":(?:"error"|50)/.test(line))).toEqual([]);
});
