/** Files through the clients, against the real server. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { createClient } from "../../../sdk/src/index.ts";
import { listAttachments } from "../../src/attachments/operations/list-attachments.ts";
import { aTask } from "../harness/builders.ts";
import { isInstalled, useClientServer } from "../harness/client-server.ts";

const server = useClientServer();
const MIB = 1_048_576;
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function ready() {
  const { actor, env } = await server().agent("Files");
  const { id } = await aTask(server().scene.app, actor, actor);
  return { actor, env, taskId: id };
}

async function whole(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(body).arrayBuffer());
}

describe("the SDK", () => {
  it("uploads bytes, a blob, text and a stream, and downloads them", async () => {
    const { env, taskId, actor } = await ready();
    const client = createClient({ url: server().url, key: env.BAILIWICK_KEY });
    const bytes = randomBytes(3 * MIB);
    const first = await client.attachments.upload(taskId, { name: "Übergabe (1).bin", body: bytes });
    expect(first).toMatchObject({ name: "Übergabe (1).bin", bytes: bytes.length, sha256: hashOf(bytes) });
    const { body, ...about } = await client.attachments.download(first.id);
    expect(about).toEqual({
      name: first.name,
      contentType: "application/octet-stream",
      bytes: first.bytes,
      sha256: first.sha256,
    });
    expect(hashOf(await whole(body))).toBe(first.sha256);
    const blob = new Blob(["a,b"], { type: "text/csv" });
    expect(await client.attachments.upload(taskId, { name: "b.csv", body: blob })).toMatchObject({
      content_type: "text/csv",
    });
    const text = { name: "c.txt", body: "text", contentType: "text/plain" };
    expect(await client.attachments.upload(taskId, text)).toMatchObject({ content_type: "text/plain", bytes: 4 });
    const stream = new Blob([bytes]).stream();
    expect(await client.attachments.upload(taskId, { name: "d.bin", body: stream })).toMatchObject({
      sha256: first.sha256,
    });
    expect((await server().scene.app.call(listAttachments, actor, { id: taskId })).items).toHaveLength(4);
  });

  it("repeats an upload with one key, and never a refusal", async () => {
    const { env, taskId, actor } = await ready();
    let calls = 0;
    const unsteady: typeof fetch = async (...args) => {
      const answer = await fetch(...args);
      // The first answer is lost on the way.
      if (++calls === 1) throw new TypeError("fetch failed");
      return answer;
    };
    const client = createClient({ url: server().url, key: env.BAILIWICK_KEY, fetch: unsteady });
    await client.attachments.upload(taskId, { name: "once.txt", body: "once" });
    expect(calls).toBe(2);
    expect((await server().scene.app.call(listAttachments, actor, { id: taskId })).items).toHaveLength(1);
    await expect(client.attachments.upload(taskId, { name: "a/b", body: "x" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(client.attachments.download(taskId)).rejects.toMatchObject({ code: "not_found" });
    expect(calls).toBe(4);
  });
});

test.skipIf(!isInstalled("python3"))("the Python client uploads bytes and a file, and downloads both", async () => {
  const { env, taskId } = await ready();
  const bytes = randomBytes(3 * MIB);
  writeFileSync(join(server().folder, "in.bin"), bytes);
  const program = `
import json
from bailiwick import *
client = Client()
first = client.attachments.upload("${taskId}", "Übergabe.txt", b"text", content_type="text/plain")
with open("in.bin", "rb") as file:
    second = client.attachments.upload("${taskId}", "in.bin", file)
with open("out.bin", "wb") as file:
    count = client.attachments.download(second["id"], to=file)
try:
    client.attachments.upload("${taskId}", "a/b", b"")
except BailiwickError as error:
    code = error.code
names = [one["name"] for one in client.attachments.list(id="${taskId}")["items"]]
print(json.dumps([first["content_type"], client.attachments.download(first["id"]).decode(), count, code, names]))
`;
  writeFileSync(join(server().folder, "files.py"), program);
  const { run, url, folder } = server();
  writeFileSync(join(folder, "bailiwick.py"), await (await fetch(`${url}/bailiwick.py`)).text());
  const output = JSON.parse(await run("python3", ["files.py"], env));
  expect(output).toEqual(["text/plain", "text", bytes.length, "invalid_input", ["Übergabe.txt", "in.bin"]]);
  expect(hashOf(readFileSync(join(folder, "out.bin")))).toBe(hashOf(bytes));
});
