import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { problemOf, useApp } from "../../test/harness/harness.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { createAttachment } from "./operations/create-attachment.ts";
import { TASK_ATTACHMENTS_MAX } from "./schema.ts";

const MIB = 1_048_576;
const app = useApp();
let scene: Scene;
beforeAll(async () => {
  scene = await aScene(app());
});

describe("the limits", () => {
  it("are 100 files for a task", async () => {
    const { id } = await aTask(app(), scene.agent, scene.agent);
    const add = () => app().call(createAttachment, scene.agent, { task_id: id, name: "n", text: "same" });
    for (let count = 0; count < TASK_ATTACHMENTS_MAX; count++) await add();
    expect(await problemOf(add())).toMatchObject({ code: "conflict" });
  });

  it("are the bytes of the tier, also for callers at the same time", async () => {
    const full = await aScene(app());
    const { id } = await aTask(app(), full.agent, full.agent);
    const first = await app().call(createAttachment, full.agent, { task_id: id, name: "n", text: "12345" });
    const left = 10;
    await app().admin.query("update workspaces set tier_name = 'free' where workspace_id = $1", [full.workspace.id]);
    // Stands for files that fill the tier but for ten bytes.
    await app().admin.query(
      `insert into attachments (workspace_id, id, task_id, content_id, name, content_type, bytes, sha256)
        select workspace_id, gen_random_uuid(), task_id, content_id, 'x', 'a/b', 26214400, sha256
        from attachments, generate_series(1, 81) where id = $1`,
      [first.id],
    );
    const limit = 2 * 1024 ** 3;
    await app().admin.query("update attachments set bytes = $2 where id = $1", [
      first.id,
      limit - 81 * 26214400 - left,
    ]);
    const add = (text: string) => app().call(createAttachment, full.agent, { task_id: id, name: "n", text });
    const calls = await Promise.allSettled([1, 2, 3, 4].map(() => add("1234")));
    expect(calls.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await problemOf(add("123"))).toMatchObject({ code: "tier_limit", details: { used: limit - 2, limit } });
  });
});

describe("the bytes of a day", () => {
  const stored = async () =>
    (await app().admin.query("select bytes from stored_bytes where workspace_id = $1", [scene.workspace.id])).rows[0];
  async function* body(bytes: Buffer) {
    for (let at = 0; at < bytes.length; at += MIB) yield bytes.subarray(at, at + MIB);
  }

  it("count a file, and give back the bytes of a file that is stored already or fails", async () => {
    const file = randomBytes(6 * MIB);
    const before = Number((await stored())?.bytes ?? 0);
    await app().contents.write(scene.workspace.id, body(file));
    const after = Number((await stored()).bytes);
    expect(after - before).toBeGreaterThan(4 * MIB);
    await app().contents.write(scene.workspace.id, body(file));
    await app().contents.write(scene.workspace.id, body(file));
    // The bytes that were given back are spent before the workspace draws more.
    expect(Number((await stored()).bytes) - after).toBeLessThan(7 * MIB);
  });

  it("give back the bytes of a file that is discarded, unless another upload has them", async () => {
    const before = Number((await stored())?.bytes ?? 0);
    for (let round = 0; round < 3; round++) {
      const { discard } = await app().contents.write(scene.workspace.id, body(randomBytes(6 * MIB)));
      await discard();
    }
    expect(Number((await stored()).bytes) - before).toBeLessThan(12 * MIB);
    const file = randomBytes(1_000);
    const first = await app().contents.write(scene.workspace.id, body(file));
    const isThere = async () =>
      (await app().admin.query("select 1 from attachment_contents where sha256 = $1", [first.sha256])).rowCount === 1;
    await app().contents.write(scene.workspace.id, body(file));
    await first.discard();
    expect(await isThere()).toBe(true);
    await (await app().contents.write(scene.workspace.id, body(file))).discard();
    expect(await isThere()).toBe(true);
  });

  it("refuse a file when they are used up, and leave nothing of it", async () => {
    const small = await aScene(app());
    await app().admin.query("update workspaces set tier_name = 'free' where workspace_id = $1", [small.workspace.id]);
    await app().admin.query(
      `insert into stored_bytes (workspace_id, day, bytes) values ($1, (bailiwick_now() at time zone 'utc')::date, $2)
        on conflict (workspace_id) do update set bytes = excluded.bytes`,
      [small.workspace.id, 254 * MIB],
    );
    const write = app().contents.write(small.workspace.id, body(randomBytes(6 * MIB)));
    expect(await problemOf(write)).toMatchObject({
      code: "tier_limit",
      details: { limit_name: "stored_bytes_per_day" },
    });
    const { rows } = await app().admin.query("select 1 from attachment_contents where workspace_id = $1", [
      small.workspace.id,
    ]);
    expect(rows).toEqual([]);
  });
});

describe("the memory of an upload", () => {
  it("holds at most what one transaction stores: the caller waits for the database", async () => {
    const piece = 256 * 1024;
    let pulled = 0;
    let most = 0;
    async function* body() {
      for (let count = 0; count < 100; count++) {
        const { rows } = await app().admin.query(
          "select coalesce(sum(octet_length(data)), 0)::int as bytes from attachment_chunks where workspace_id = $1",
          [fresh.workspace.id],
        );
        most = Math.max(most, pulled - rows[0].bytes);
        pulled += piece;
        yield randomBytes(piece);
      }
    }
    const fresh = await aScene(app());
    const { bytes } = await app().contents.write(fresh.workspace.id, body());
    expect(bytes).toBe(25 * MIB);
    expect(most).toBeLessThanOrEqual(MIB);
  });
});
