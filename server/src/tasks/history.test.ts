import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aTeam } from "../../test/harness/team.ts";
import { causeKey } from "./history.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { changeDependencies } from "./operations/change-dependencies.ts";
import { completeTask } from "./operations/complete-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { listTasks } from "./operations/list-tasks.ts";
import { releaseTask } from "./operations/release-task.ts";
import { retryTask } from "./operations/retry-task.ts";
import { summarizeAttempts } from "./operations/summarize-attempts.ts";
import { summarizeFailures } from "./operations/summarize-failures.ts";

const app = useApp();
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("the attempts since a time", () => {
  it("are those of each agent, each with its end, and only those of the workspace", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const other = await anAgent(app(), workspace);
    const held = async () => {
      const { id, fence } = await aRunningTask(app(), owner, worker);
      return { id, fence };
    };
    const [done, failed, blocked, released] = [await held(), await held(), await held(), await held()];
    await app().call(completeTask, worker, done);
    await app().call(failTask, worker, { ...failed, reason: "It broke." });
    await app().call(blockTask, worker, { ...blocked, reason: "Which rate?" });
    await app().call(releaseTask, worker, released);
    const running = await aRunningTask(app(), owner, other, { title: "Still on" });
    // Canceled while it was queued: no attempt.
    await app().call(cancelTask, owner, { id: (await aTask(app(), owner, other)).id });
    const { items, known_from } = await app().call(summarizeAttempts, owner, { from: ago(HOUR_MS) });
    expect(known_from).toBeNull();
    const ends = Object.fromEntries(
      items.map(({ agent_id, attempts }) => [agent_id, attempts.map(({ task_id, end }) => [task_id, end])]),
    );
    expect(ends).toEqual({
      [worker.id]: [
        [done.id, "completed"],
        [failed.id, "failed"],
        [blocked.id, "blocked"],
        [released.id, "returned"],
      ],
      [other.id]: [[running.id, "running"]],
    });
    expect(items.find(({ agent_id }) => agent_id === other.id)?.attempts[0]).toMatchObject({
      title: "Still on",
      to: null,
    });
    const elsewhere = await aTeam(app());
    expect((await app().call(summarizeAttempts, elsewhere.owner, { from: ago(HOUR_MS) })).items).toEqual([]);
  });

  it("that began before the time begin with it", async () => {
    const { owner, worker } = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), owner, worker);
    const from = new Date().toISOString();
    await app().call(completeTask, worker, { id, fence });
    const { items } = await app().call(summarizeAttempts, owner, { from });
    expect(items[0]?.attempts).toMatchObject([{ task_id: id, from, end: "completed" }]);
  });

  it("are refused for a time that is too long ago", async () => {
    const { owner } = await aTeam(app());
    for (const operation of [summarizeAttempts, summarizeFailures]) {
      const called = app().call(operation, owner, { from: ago(32 * DAY_MS) });
      await expect(called).rejects.toMatchObject({ code: "invalid_input" });
    }
  });
});

describe("failures since a time", () => {
  it("are grouped by their cause, the most frequent first, and listed tasks say their reason", async () => {
    const { owner, worker } = await aTeam(app());
    const fail = async (reason: string) => {
      const { id, fence } = await aRunningTask(app(), owner, worker);
      await app().call(failTask, worker, { id, fence, reason });
      return id;
    };
    const other = await fail("The disk is full.");
    const first = await fail("The registry answered 503 after 12 s.");
    const second = await fail("The registry answered 502 after 9 s.");
    const { items, total } = await app().call(summarizeFailures, owner, { from: ago(HOUR_MS) });
    expect(total).toBe(3);
    expect(items).toMatchObject([
      { reason: "The registry answered 502 after 9 s.", count: 2, tasks: [{ task_id: second }, { task_id: first }] },
      { reason: "The disk is full.", count: 1, tasks: [{ task_id: other }] },
    ]);
    expect(items[0]?.by_time.reduce((sum, count) => sum + count, 0)).toBe(2);
    const { items: rows } = await app().call(listTasks, owner, { status: "failed", finished_after: ago(HOUR_MS) });
    expect(rows.map(({ failed_reason }) => failed_reason)).toContain("The disk is full.");
    await app().call(retryTask, owner, { id: other });
    const { id: retry } = await app().call(retryTask, owner, { id: other });
    const canceled = await app().call(retryTask, owner, { id: first });
    await app().call(cancelTask, owner, { id: canceled.id });
    const next = await aTask(app(), owner, worker);
    await app().call(changeDependencies, owner, { id: next.id, add: [retry] });
    const { items: again } = await app().call(listTasks, owner, {});
    const retried = again.flatMap(({ id, retried_by_task_id: by }) => (by === undefined ? [] : [[id, by]]));
    expect(retried).toEqual([[other, retry]]);
    const after = await app().call(summarizeFailures, owner, { from: ago(HOUR_MS) });
    const retriesOf = ({ tasks }: (typeof after.items)[number]) => tasks.map((one) => one.retried_by_task_id);
    expect(after.items.map(retriesOf)).toEqual([[undefined, undefined], [retry]]);
    expect(again.flatMap(({ id, dependent_count: n }) => (n === undefined ? [] : [[id, n]]))).toEqual([[retry, 1]]);
    const later = { status: "failed", finished_after: ago(-HOUR_MS) } as const;
    expect((await app().call(listTasks, owner, later)).items).toEqual([]);
  });

  it("have one cause when their reasons differ in ids, numbers and quoted names only", () => {
    const key = causeKey("Agent “Mira” lost 01a2256e-5ca1-7000-8000-000000000001 at 03:53");
    expect(causeKey('Agent "Codex" lost 01a2256e-5ca1-7000-8000-0000000000ff at 04:00')).toBe(key);
    expect(causeKey("Agent “Mira” found 01a2256e-5ca1-7000-8000-000000000001 at 03:53")).not.toBe(key);
  });
});

describe("lists of open and of ended tasks", () => {
  it("have the tasks of each of their states, in pages and in both orders", async () => {
    const { owner, worker } = await aTeam(app());
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await aTask(app(), owner, worker)).id);
    const done = await aClaim(app(), worker);
    await app().call(completeTask, worker, { id: done.id, fence: done.fence });
    const running = await aClaim(app(), worker);
    const [waits] = ids.filter((id) => id !== done.id && id !== running.id);
    const open = [running.id, waits].sort();
    const list = async (order: "asc" | "desc") => {
      const first = await app().call(listTasks, owner, { status: "open", order, limit: 1 });
      const rest = await app().call(listTasks, owner, { status: "open", order, cursor: first.next_cursor ?? "" });
      expect(rest.next_cursor).toBeNull();
      return [...first.items, ...rest.items].map(({ id }) => id);
    };
    expect(await list("asc")).toEqual(open);
    expect(await list("desc")).toEqual(open.toReversed());
    expect((await app().call(listTasks, owner, { status: "ended" })).items.map(({ id }) => id)).toEqual([done.id]);
  });
});
