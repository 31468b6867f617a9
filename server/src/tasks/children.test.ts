/** The end of the last open child: an event and a message, and the queue for a parent that waits. */
import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask, type HeldTask } from "../../test/harness/builders.ts";
import { createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { aLargeTree } from "../../test/harness/large-tree.ts";
import { times } from "../../test/harness/outcomes.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam, later, sweep } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { readInbox } from "../messages/operations/read-inbox.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTask } from "./operations/get-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";

const app = useApp();

/** A boss that runs a parent, and a worker for the children. */
async function aFamily() {
  const team = await aTeam(app());
  const boss = await anAgent(app(), team.workspace, { name: "Boss" });
  await aTask(app(), team.owner, boss);
  // A longer lease than those of the children.
  const parent = await aClaim(app(), boss, 3_600);
  return { ...team, boss, parent };
}
type Family = Awaited<ReturnType<typeof aFamily>>;

const aChild = ({ boss, worker, parent }: Family, fields = {}) =>
  aRunningTask(app(), boss, worker, { parent_task_id: parent.id, ...fields });
const wait = ({ boss, parent }: Family, to = app()) =>
  to.call(blockTask, boss, { id: parent.id, fence: parent.fence, wait: "children" });
const complete = (by: Actor, { id, fence }: HeldTask, to = app()) => to.call(completeTask, by, { id, fence });

async function doneEvents({ workspace, parent }: Family) {
  const facts = await factsOf(app(), workspace.id, parent.id);
  return facts.filter(({ type }) => type === "task.children_done").map(({ data }) => data);
}

async function messagesTo({ boss }: Family): Promise<string[]> {
  return (await app().call(readInbox, boss, {})).items.map(({ content }) => content);
}

interface End {
  counts: Partial<Record<"completed" | "failed" | "canceled", number>>;
  /** Makes the children. Returns the call that ends them. */
  make: (family: Family) => Promise<() => Promise<unknown>>;
}

const ENDS: Record<string, End> = {
  "completes together with others": {
    counts: { completed: 4 },
    async make({ boss, worker, parent }) {
      for (const _ of times(4, (n) => n)) await aTask(app(), boss, worker, { parent_task_id: parent.id });
      const { items } = await app().call(claimTasks, worker, { limit: 4 });
      return () => Promise.all(items.map((item) => complete(worker, item as HeldTask)));
    },
  },
  fails: {
    counts: { failed: 1 },
    async make(family) {
      const { id, fence } = await aChild(family);
      return () => app().call(failTask, family.worker, { id, fence, reason: "Broken." });
    },
  },
  "is canceled": {
    counts: { canceled: 1 },
    async make(family) {
      const { id } = await aChild(family);
      return () => app().call(cancelTask, family.owner, { id });
    },
  },
  "loses its last lease": {
    counts: { failed: 1 },
    async make(family) {
      const { id, fence } = await aChild(family, { max_attempts: 1 });
      await app().call(heartbeatTask, family.worker, { id, fence });
      return () => later(app(), 61, () => sweep(app(), family.workspace.id));
    },
  },
  "is canceled with a large tree": {
    counts: { canceled: 1 },
    async make({ boss, owner, worker, workspace, parent }) {
      const { head } = await aLargeTree(app(), boss, worker, 3, { parent_task_id: parent.id });
      return async () => {
        await app().call(cancelTask, owner, { id: head.id });
        for (let n = 0; n < 3; n++) await sweep(app(), workspace.id);
      };
    },
  },
};

describe("when the last open child", () => {
  it.each(Object.keys(ENDS))("%s, the parent gets one event and its holder one message", async (name) => {
    const { make, counts } = ENDS[name] as End;
    const family = await aFamily();
    const end = await make(family);
    expect(await doneEvents(family)).toEqual([]);
    await end();
    expect(await doneEvents(family)).toEqual([{ completed: 0, failed: 0, canceled: 0, ...counts }]);
    const said = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
    expect(await messagesTo(family)).toEqual([`All subtasks have ended: ${said}.`]);
    expect(await app().call(getTask, family.owner, { id: family.parent.id })).toMatchObject({ status: "running" });
    await checkTasks(app(), family.workspace.id);
  });

  it.each(Object.keys(ENDS))("%s, a parent that waits is queued again", async (name) => {
    const { make } = ENDS[name] as End;
    const family = await aFamily();
    const { workspace, owner, parent } = family;
    const end = await make(family);
    expect(await wait(family)).toMatchObject({ status: "blocked", blocked_reason: { code: "waiting_for_children" } });
    await end();
    const seen = await app().call(getTask, owner, { id: parent.id });
    expect(seen).toMatchObject({ status: "queued", blocked_reason: null });
    expect(seen.events.slice(-2).map(({ event_type }) => event_type)).toEqual(["children_done", "unblocked"]);
    expect(await messagesTo(family)).toMatchObject([expect.stringContaining("The task is queued again.")]);
    await checkTasks(app(), workspace.id);
  });

  it("ends, a claim that waits for the parent gets it", async () => {
    const family = await aFamily();
    const child = await aChild(family);
    await wait(family);
    const waiting = app().call(claimTasks, family.boss, { wait_seconds: 20 });
    await complete(family.worker, child);
    expect((await waiting).items).toMatchObject([{ id: family.parent.id, attempt: 2 }]);
  });

  it("ends, the parent gets the event each time, and never after its own end", async () => {
    const family = await aFamily();
    for (const _ of times(2, (n) => n)) await complete(family.worker, await aChild(family));
    expect(await doneEvents(family)).toMatchObject([{ completed: 1 }, { completed: 2 }]);
    const last = await aChild(family);
    const { id, fence } = family.parent;
    await app().call(completeTask, family.boss, { id, fence, detach: true });
    await complete(family.worker, last);
    expect((await doneEvents(family)).length).toBe(2);
    expect((await messagesTo(family)).length).toBe(2);
  });
});

describe("waiting for children", () => {
  it("needs an open child, a reason otherwise, and the fence of the holder", async () => {
    const family = await aFamily();
    const refused = await problemOf(wait(family));
    expect([refused.code, refused.message]).toEqual([
      "conflict",
      `Task ${family.parent.id} has no open child to wait for.`,
    ]);
    const { id, fence } = family.parent;
    const noReason = await problemOf(app().call(blockTask, family.boss, { id, fence }));
    expect([noReason.code, noReason.message]).toEqual(["invalid_input", "reason: is required without wait."]);
    await aChild(family);
    const stranger = await problemOf(app().call(blockTask, family.worker, { id, fence, wait: "children" }));
    expect(stranger.code).toBe("not_assignee");
  });

  it("at once in two processes with the end of the last children: the parent is never left waiting", async () => {
    const second = createSecondApp(app());
    try {
      for (let round = 0; round < 10; round++) {
        const family = await aFamily();
        const { workspace, owner, worker, parent } = family;
        const children = [await aChild(family), await aChild(family)];
        const [blocked] = await Promise.allSettled([
          wait(family),
          ...children.map((child, n) => complete(worker, child, n === 0 ? app() : second)),
        ]);
        expect((await doneEvents(family)).length).toBe(1);
        const { status } = await app().call(getTask, owner, { id: parent.id });
        expect(status).toBe(blocked.status === "fulfilled" ? "queued" : "running");
        await checkTasks(app(), workspace.id);
      }
    } finally {
      await second.close();
    }
  });
});
