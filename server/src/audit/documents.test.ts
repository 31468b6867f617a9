/** The log lists facts without long data; a caller may include the data, or the titles of tasks. */
import { expect, it } from "vitest";
import { aRunningTask, aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { sendMessage } from "../messages/operations/send-message.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { listAudit } from "./operations.ts";

const app = useApp();
const LARGE = "x".repeat(200_000);

it("includes long data up to 1 MiB in one page, and the cursor continues where the page stopped", async () => {
  const { owner, agent } = await aScene(app());
  const { id, fence } = await aRunningTask(app(), owner, agent);
  for (let n = 0; n < 7; n++) {
    const payload = n % 2 === 0 ? { n, LARGE } : { n };
    await app().call(addTaskEvent, agent, { id, fence, type: "progress", payload });
  }
  const filters = { type: "task.progress", limit: 200 };
  const short = await app().call(listAudit, owner, filters);
  expect(short.items.map(({ data }) => data.n)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  expect(JSON.stringify(short).length).toBeLessThan(10_000);
  const { items } = await app().call(listAudit, owner, { ...filters, include: "data" });
  expect(items.map(({ data }) => data)).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => (n % 2 ? { n } : { n, LARGE })));

  for (let n = 7; n < 13; n++)
    await app().call(addTaskEvent, agent, { id, fence, type: "progress", payload: { n, LARGE } });
  const first = await app().call(listAudit, owner, { ...filters, include: "data" });
  expect(first.truncated).toBe(true);
  expect(JSON.stringify(first).length).toBeLessThan(1_100_000);
  const second = await app().call(listAudit, owner, { ...filters, include: "data", cursor: first.next_cursor ?? "" });
  expect([...first.items, ...second.items].map(({ data }) => data.n)).toEqual([
    12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
  ]);
  expect(second.truncated).toBeUndefined();
});

it("includes the titles of the tasks that facts and messages are about, and of no other workspace", async () => {
  const { owner, agent } = await aScene(app());
  const task = await aTask(app(), owner, agent, { title: "Read the parser" });
  await app().call(sendMessage, owner, { content: "Soon?", task_id: task.id, to_agent_id: agent.id });
  const stranger = await aScene(app());
  await aTask(app(), stranger.owner, stranger.agent, { title: "Not yours" });
  const titles = async (input: object) => (await app().call(listAudit, owner, input)).task_titles;
  expect(await titles({ include: "titles" })).toEqual({ [task.id]: "Read the parser" });
  expect(await titles({ include: "titles", type: "message." })).toEqual({ [task.id]: "Read the parser" });
  expect(await titles({ include: "titles", type: "agent." })).toEqual({});
  expect(await titles({})).toBeUndefined();
});
