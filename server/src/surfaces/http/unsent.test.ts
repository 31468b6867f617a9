/** Callers that do not read their responses: the unread bytes are limited, and other callers are not affected. */
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { soon } from "../../../test/harness/latch.ts";
import { anActor, useSurface } from "../../../test/harness/surface.ts";
import { sendText } from "./answer.ts";
import type { HttpServer } from "./server.ts";
import type { UnsentLimits } from "./unsent.ts";

const surface = useSurface();
const MEBIBYTE = 1024 * 1024;
/** More than any socket takes in at once. */
const LARGE = "x".repeat(32 * MEBIBYTE);
const FAR = 1e9;

async function serve(limits: Partial<UnsentLimits>): Promise<{ server: HttpServer; url: string }> {
  const server = surface().http({
    unsentLimits: { holderBytesMax: FAR, processBytesMax: FAR, drainMs: FAR, ...limits },
    extensions: [
      (app, tools) => {
        app.get("/large", (request, reply) => {
          tools.admit(request, "read").then(
            () => sendText(reply, "text/plain", LARGE),
            (error: unknown) => tools.fail(reply, error),
          );
        });
      },
    ],
  });
  return { server, url: await server.app.listen({ port: 0, host: "127.0.0.1" }) };
}

interface Caller {
  socket: Socket;
  received(): number;
  isClosed(): boolean;
}

/** Sends a request, and does not read the response before `resume`. */
function ask(url: string, credential: string): Caller {
  let received = 0;
  let closed = false;
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.on("close", () => {
    closed = true;
  });
  socket.write(`GET /large HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${credential}\r\n\r\n`);
  socket.on("data", (data) => {
    received += data.length;
  });
  socket.pause();
  return { socket, received: () => received, isClosed: () => closed };
}

const read = (url: string, credential: string) =>
  fetch(`${url}/api/things`, { headers: { authorization: `Bearer ${credential}` } });

describe("an answer that is not read", () => {
  test("keeps its credential from reading more until it is, and no other", async () => {
    const { server, url } = await serve({ holderBytesMax: MEBIBYTE });
    const caller = ask(url, "good");
    await soon(server.tools.unsent.bytes).toBeGreaterThan(LARGE.length - 1);
    const refused = await read(url, "good");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(await refused.json()).toMatchObject({ code: "overloaded" });
    expect((await read(url, "weak")).status).toBe(200);
    caller.socket.resume();
    await soon(caller.received).toBeGreaterThan(LARGE.length);
    await soon(server.tools.unsent.bytes).toBe(0);
    expect((await read(url, "good")).status).toBe(200);
    caller.socket.destroy();
  });

  test("is cut off when the unread bytes of all callers are too many, the largest holder first", async () => {
    const { server, url } = await serve({ processBytesMax: LARGE.length * 3.5 });
    surface().known.set("greedy", anActor(surface().workspace));
    const greedy = [ask(url, "greedy"), ask(url, "greedy")];
    await soon(server.tools.unsent.bytes).toBe(LARGE.length * 2);
    const modest = ask(url, "good");
    await soon(server.tools.unsent.bytes).toBe(LARGE.length * 3);
    const last = ask(url, "weak");
    for (const { socket } of greedy) socket.resume();
    await soon(() => greedy.filter(({ isClosed }) => isClosed()).length).toBe(1);
    for (const { socket } of [modest, last]) socket.resume();
    await soon(() => [modest, last].every(({ received }) => received() > LARGE.length)).toBe(true);
    for (const { socket } of [...greedy, modest, last]) socket.destroy();
  });

  test("is cut off after a while, also when a little of it is read now and then", async () => {
    const { server, url } = await serve({ drainMs: 300 });
    const caller = ask(url, "good");
    const trickle = setInterval(() => {
      caller.socket.resume();
      caller.socket.once("data", () => caller.socket.pause());
    }, 20);
    await soon(server.tools.unsent.bytes).toBeGreaterThan(0);
    await soon(server.tools.unsent.bytes).toBe(0);
    clearInterval(trickle);
    caller.socket.resume();
    await soon(caller.isClosed).toBe(true);
    expect(caller.received()).toBeLessThan(LARGE.length);
  });

  test("leaves nothing behind when its caller goes", async () => {
    const { server, url } = await serve({});
    const caller = ask(url, "good");
    await soon(server.tools.unsent.bytes).toBeGreaterThan(0);
    caller.socket.destroy();
    await soon(server.tools.unsent.bytes).toBe(0);
  });
});
