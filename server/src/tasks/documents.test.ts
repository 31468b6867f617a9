/** Lists have the sizes of documents instead of the documents. */
import { beforeEach, describe, expect, it } from "vitest";
import { aRunningTask, aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { INCLUDED_BYTES_MAX } from "../kernel/schema.ts";
import { addTaskEvent } from "./operations/add-task-event.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { completeTask } from "./operations/complete-task.ts";
import { countTasks } from "./operations/count-tasks.ts";
import { getTask } from "./operations/get-task.ts";
import { getTaskEvent } from "./operations/get-task-event.ts";
import { listGaps } from "./operations/list-gaps.ts";
import { listTaskEvents } from "./operations/list-task-events.ts";
import { listTasks } from "./operations/list-tasks.ts";

const app = useApp();
let scene: Scene;
beforeEach(async () => {
  scene = await aScene(app());
});

const INPUT = { text: "é".repeat(10), list: [1, 2] };
const OUTPUT = ["done"];

async function aCompleted(input: unknown, output: unknown) {
  const { id, fence } = await aRunningTask(app(), scene.owner, scene.agent, { input });
  return app().call(completeTask, scene.agent, { id, fence, output });
}

describe("an item of a list", () => {
  it("has the sizes of its documents as the database prints them, and tasks.get has the documents", async () => {
    const { id } = await aCompleted(INPUT, OUTPUT);
    const { items } = await app().call(listTasks, scene.agent, {});
    const input_bytes = Buffer.byteLength(`{"list": [1, 2], "text": "${INPUT.text}"}`);
    expect(items).toMatchObject([{ id, has_input: true, input_bytes, has_output: true, output_bytes: 8 }]);
    expect(Object.keys(items[0] ?? {})).not.toEqual(expect.arrayContaining(["input"]));
    expect(Object.keys(items[0] ?? {})).not.toEqual(expect.arrayContaining(["output"]));
    expect(await app().call(getTask, scene.agent, { id })).toMatchObject({ input: INPUT, output: OUTPUT });
  });

  it("has no documents where the task has none, or JSON null", async () => {
    await aTask(app(), scene.owner, scene.agent, { input: null });
    await aCompleted(undefined, null);
    const none = { has_input: false, input_bytes: 0, has_output: false, output_bytes: 0 };
    expect((await app().call(listTasks, scene.owner, {})).items).toMatchObject([none, none]);
  });

  it("has the documents that the caller includes", async () => {
    await aCompleted(INPUT, OUTPUT);
    const read = async (include: "input" | "output" | "input,output") => {
      const { items, truncated } = await app().call(listTasks, scene.agent, { include });
      return [items[0]?.input, items[0]?.output, truncated];
    };
    expect(await read("input")).toEqual([INPUT, undefined, undefined]);
    expect(await read("output")).toEqual([undefined, OUTPUT, undefined]);
    expect(await read("input,output")).toEqual([INPUT, OUTPUT, undefined]);
    const unknown = app().call(listTasks, scene.agent, { include: "fence" as "input" });
    await expect(unknown).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("of the gaps has no documents either", async () => {
    const { id } = await aTask(app(), scene.owner, scene.agent, { input: INPUT });
    const { items } = await app().call(listGaps, scene.owner, { waiting_seconds: 0 });
    const own = items.find(({ task }) => task.id === id);
    if (own) expect(own.task).not.toHaveProperty("input");
    const found = await app().call(getTask, scene.owner, { id });
    expect(own === undefined).toBe(found.gap === null);
  });
});

describe("a page with documents", () => {
  const LARGE = "x".repeat(200_000);

  it("has at most 1 MiB, and its cursor continues where it stopped", async () => {
    for (let n = 0; n < 7; n++) await aTask(app(), scene.owner, scene.agent, { input: { n, LARGE } });
    const seen: unknown[] = [];
    const pages: { bytes: number; truncated: boolean | undefined }[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await app().call(listTasks, scene.owner, {
        order: "asc",
        include: "input",
        limit: 200,
        ...(cursor && { cursor }),
      });
      seen.push(...page.items.map(({ input }) => (input as { n: number }).n));
      pages.push({ bytes: JSON.stringify(page).length, truncated: page.truncated });
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(pages.map(({ truncated }) => truncated)).toEqual([true, undefined]);
    for (const { bytes } of pages) expect(bytes).toBeLessThan(INCLUDED_BYTES_MAX + 2_000);
  });

  it("is not truncated when its limit of rows ends it", async () => {
    for (let n = 0; n < 2; n++) await aTask(app(), scene.owner, scene.agent, { input: { n } });
    const page = await app().call(listTasks, scene.owner, { include: "input", limit: 1 });
    expect([page.items.length, page.truncated, page.next_cursor === null]).toEqual([1, undefined, false]);
  });

  it("is read without any document when none is included", async () => {
    await aTask(app(), scene.owner, scene.agent, { input: { LARGE } });
    const { items } = await app().call(listTasks, scene.owner, {});
    expect(items[0]?.input_bytes).toBeGreaterThan(LARGE.length);
    // PostgreSQL counts the reads of large values of a table apart.
    const { rows } = await app().admin.query(
      "select attgenerated from pg_attribute where attrelid = 'tasks'::regclass and attname = 'input_bytes'",
    );
    expect(rows).toEqual([{ attgenerated: "s" }]);
  });
});

describe("an event with a long payload", () => {
  const PAYLOAD = {
    done: 3,
    log: `${"x".repeat(499)}😀${"y".repeat(5_000)}`,
    files: Array.from({ length: 900 }, String),
  };

  it("has its short fields and the beginning of its texts in lists, and all of it by its id", async () => {
    const { id, fence } = await aRunningTask(app(), scene.owner, scene.agent);
    const event = await app().call(addTaskEvent, scene.agent, { id, fence, type: "tool_result", payload: PAYLOAD });
    expect(event.payload).toEqual(PAYLOAD);
    const short = {
      done: 3,
      log: "x".repeat(499),
      payload_bytes: Buffer.byteLength(JSON.stringify(PAYLOAD)),
      payload_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    };
    expect((await app().call(listTaskEvents, scene.agent, { id })).items.at(-1)?.payload).toEqual(short);
    expect((await app().call(getTask, scene.agent, { id })).events.at(-1)?.payload).toEqual(short);
    expect((await app().call(getTaskEvent, scene.agent, { id, event_id: event.id })).payload).toEqual(PAYLOAD);
  });

  it("is found only in its own task and workspace", async () => {
    const { id, fence } = await aRunningTask(app(), scene.owner, scene.agent);
    const event = await app().call(addTaskEvent, scene.agent, { id, fence, type: "progress", payload: PAYLOAD });
    const other = await aTask(app(), scene.owner, scene.agent);
    const foreign = await aScene(app());
    const missing = { code: "not_found" };
    for (const [actor, task] of [
      [scene.agent, other.id],
      [foreign.owner, id],
    ] as const) {
      const read = app().call(getTaskEvent, actor, { id: task, event_id: event.id });
      await expect(read).rejects.toMatchObject(missing);
    }
  });

  it("with too many short fields has none of them in lists", async () => {
    const { id, fence } = await aRunningTask(app(), scene.owner, scene.agent);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`field ${n}`, n]));
    await app().call(addTaskEvent, scene.agent, { id, fence, type: "progress", payload: many });
    const { payload } = (await app().call(listTaskEvents, scene.agent, { id })).items.at(-1) ?? {};
    expect(Object.keys(payload ?? {}).toSorted()).toEqual(["payload_bytes", "payload_sha256"]);
  });
});

describe("the count", () => {
  it("is exact, in total and by status, with every filter of the list", async () => {
    const { owner, agent, other } = scene;
    await aCompleted(INPUT, OUTPUT);
    const canceled = await aTask(app(), owner, agent, { title: "Other words" });
    await app().call(cancelTask, owner, { id: canceled.id });
    const root = await aRunningTask(app(), owner, agent);
    for (let n = 0; n < 3; n++) await aTask(app(), agent, agent, { parent_task_id: root.id });
    await aTask(app(), owner, other);
    const none = { queued: 0, running: 0, blocked: 0, completed: 0, failed: 0, canceled: 0 };
    const count = (filters: Record<string, string> = {}) => app().call(countTasks, agent, filters);
    expect(await count()).toEqual({
      total: 7,
      by_status: { ...none, queued: 4, running: 1, completed: 1, canceled: 1 },
    });
    expect(await count({ status: "completed" })).toEqual({ total: 1, by_status: { ...none, completed: 1 } });
    expect(await count({ parent_task_id: root.id })).toEqual({ total: 3, by_status: { ...none, queued: 3 } });
    expect((await count({ root_task_id: root.id })).total).toBe(4);
    expect((await count({ assigned_to_agent_id: other.id })).total).toBe(1);
    expect((await count({ created_by_agent_id: agent.id })).total).toBe(3);
    expect((await count({ q: "other" })).total).toBe(1);
    expect((await count({ created_after: "2100-01-01T00:00:00Z" })).total).toBe(0);
    expect((await count({ created_before: "2100-01-01T00:00:00Z" })).total).toBe(7);
    expect((await app().call(countTasks, (await aScene(app())).owner, {})).total).toBe(0);
  });
});
