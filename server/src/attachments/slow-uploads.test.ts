/** Uploads on real connections that are slow, many, refused halfway or sent in tiny chunks. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { soon } from "../../test/harness/latch.ts";
import { times } from "../../test/harness/outcomes.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { createWeb, credentialsOf } from "../../test/harness/web.ts";
import { Problem } from "../kernel/problem.ts";
import { attachmentsOf } from "../start/attachments.ts";
import type { AttachmentParts } from "../surfaces/attachments/attachments.ts";
import type { HttpServer } from "../surfaces/http/server.ts";
import { call, type RawCaller } from "../surfaces/http/test-socket.ts";

const MIB = 1_048_576;
const PACE = { windowMs: 1_000, bytesMin: 1_000 };
const BODY_MS = 300;
const app = useApp();
const servers: HttpServer[] = [];
let scene: Scene;

async function serve(parts: Partial<AttachmentParts> = {}): Promise<string> {
  const web = createWeb(app(), {
    extensions: [attachmentsOf(app(), { pace: PACE, ...parts })],
    timeouts: { headersMs: 15_000, requestMs: 60_000, bodyMs: BODY_MS, stalledMs: 60_000, checkEveryMs: 100 },
    trustedProxies: ["127.0.0.1"],
  });
  servers.push(web);
  return web.app.listen({ port: 0, host: "127.0.0.1" });
}

let url: string;
beforeAll(async () => {
  scene = await aScene(app());
  url = await serve();
});
afterAll(() => Promise.all(servers.map((web) => web.close())));

const CHUNKED = "Transfer-Encoding: chunked";
const lengthOf = (bytes: number) => `Content-Length: ${bytes}`;

/** Returns a function that begins an upload of the agent of a scene. */
async function uploaderOf(of: Scene, to = url) {
  const { authorization } = await credentialsOf(of, "agent");
  const { id } = await aTask(app(), of.agent, of.agent);
  return (framing: string, from = "203.0.113.1"): RawCaller =>
    call(
      to,
      `POST /api/tasks/${id}/attachments?name=a.bin HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
        `X-Forwarded-For: ${from}\r\n${framing}\r\n\r\n`,
    );
}

/** Sends a piece now and then until there is an answer. */
async function trickle({ socket, received }: RawCaller, piece: Buffer, everyMs: number): Promise<string> {
  const timer = setInterval(() => socket.write(piece), everyMs);
  await soon(received).toMatch(/^HTTP/);
  clearInterval(timer);
  socket.destroy();
  return received();
}

describe("a slow upload", () => {
  it("is ended when a byte comes now and then", async () => {
    const upload = await uploaderOf(scene);
    expect(await trickle(upload(lengthOf(MIB)), Buffer.from("x"), 50)).toMatch(/^HTTP\/1.1 408 /);
  });

  it("may take longer than other bodies, at a fair pace", async () => {
    const upload = await uploaderOf(scene);
    const { socket, received } = upload(lengthOf(6_000));
    for (let sent = 0; sent < 6_000; sent += 1_000) {
      await new Promise((resolve) => setTimeout(resolve, BODY_MS / 2));
      socket.write(randomBytes(1_000));
    }
    await soon(received).toMatch(/^HTTP\/1.1 201 /);
    socket.destroy();
  });
});

describe("many uploads", () => {
  it("of one key or one network leave room for others", async () => {
    const patient = await serve({ pace: { windowMs: 60_000, bytesMin: 1 } });
    const scenes = await Promise.all(times(3, () => aScene(app())));
    const [first, second, third] = await Promise.all(scenes.map((one) => uploaderOf(one, patient)));
    if (!first || !second || !third) throw new Error("There are three scenes.");
    const contents = async () => {
      const ids = scenes.map(({ workspace }) => workspace.id);
      const { rowCount } = await app().admin.query("select 1 from attachment_contents where workspace_id = any($1)", [
        ids,
      ]);
      return rowCount;
    };
    const held = times(8, (index) => (index < 4 ? first : second)(lengthOf(MIB + 10)));
    for (const { socket } of held) socket.write(randomBytes(MIB));
    await soon(contents).toBe(8);
    const answerTo = async (caller: RawCaller) => {
      caller.socket.write("x");
      await soon(caller.received).toMatch(/^HTTP/);
      caller.socket.destroy();
      return caller.received();
    };
    expect(await answerTo(first(lengthOf(1), "203.0.113.9"))).toMatch(/ 429 [\s\S]*This credential has 4 uploads/);
    expect(await answerTo(third(lengthOf(1)))).toMatch(/ 429 [\s\S]*This network has 8 uploads/);
    expect(await answerTo(third(lengthOf(1), "203.0.113.9"))).toMatch(/ 201 /);
    for (const { socket } of held) socket.destroy();
  });
});

describe("an upload that is refused halfway", () => {
  const write: AttachmentParts["write"] = async (_workspace, body) => {
    for await (const _ of body) throw new Problem("unavailable", "The database is away.");
    throw new Error("The body was empty.");
  };

  it("is read to its end, so that a client that sends first reads the refusal", async () => {
    const upload = await uploaderOf(scene, await serve({ write }));
    const { socket, received } = upload(lengthOf(20 * MIB));
    await new Promise((resolve) => socket.write(randomBytes(20 * MIB), resolve));
    await soon(received).toMatch(/^HTTP\/1.1 503 /);
    socket.write("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    await soon(received).toMatch(/HTTP\/1.1 404 /);
    socket.destroy();
  });

  it("is cut when it does not end", async () => {
    const upload = await uploaderOf(scene, await serve({ write, bytesMax: MIB }));
    const { socket, ended } = upload(CHUNKED);
    const timer = setInterval(() => socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`), 5);
    expect(await ended).toMatch(/^HTTP\/1.1 503 /);
    clearInterval(timer);
  });
});

describe("chunks", () => {
  it("of a byte each are refused", async () => {
    const { socket, received } = (await uploaderOf(scene))(CHUNKED);
    socket.write("1\r\nx\r\n".repeat(100_000));
    await soon(received).toMatch(/^HTTP\/1.1 400 [\s\S]*too small/);
    socket.destroy();
  });

  it("of 1 KiB are stored", async () => {
    const { socket, received } = (await uploaderOf(scene))(CHUNKED);
    socket.write(`${`400\r\n${"x".repeat(1_024)}\r\n`.repeat(3_000)}0\r\n\r\n`);
    await soon(received).toMatch(/^HTTP\/1.1 201 [\s\S]*"bytes":3072000/);
    socket.destroy();
  });
});
