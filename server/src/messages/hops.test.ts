import { describe, expect, it } from "vitest";
import { aRunningTask } from "../../test/builders.ts";
import { type TestApp, testEnvironment, useApp } from "../../test/harness.ts";
import { outcomesOf, times } from "../../test/outcomes.ts";
import { aTalk, checkMailboxes, say, sweepReplies, to, WAYS } from "../../test/talk.ts";
import { later } from "../../test/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { completeTask } from "../tasks/operations/complete.ts";
import { addTaskEvent } from "../tasks/operations/events.ts";
import type { sendMessage } from "./operations/send.ts";
import type { SendInput } from "./schema.ts";

const app = useApp();
const { hopsMax: LIMIT } = testEnvironment([]);

/** Messages to and fro, one after another, and how many of them went. */
async function exchange(on: TestApp, one: Actor, other: Actor, count: number, fields: Partial<SendInput> = {}) {
  const calls: Promise<unknown>[] = [];
  for (let n = 0; n < count; n++) {
    const [from, recipient] = n % 2 ? [other, one] : [one, other];
    const call = say(on, from, { ...to(recipient), ...fields });
    calls.push(call);
    await call.catch(() => undefined);
  }
  const { done, refused } = await outcomesOf(calls);
  return [done.length, refused.hop_limit ?? 0];
}

describe("agents that write to and fro", () => {
  it("are stopped at the limit, and told what to do", async () => {
    const { workspace, ada, bob, cid } = await aTalk(app());
    expect(await exchange(app(), ada, bob, LIMIT + 2)).toEqual([LIMIT, 2]);
    for (const way of Object.values(WAYS)) {
      await expect(say(app(), ada, to(bob), way as typeof sendMessage)).rejects.toMatchObject({
        code: "hop_limit",
        status: 409,
        details: { next_step: expect.any(String) },
      });
    }
    await say(app(), ada, to(cid));
    await checkMailboxes(app(), workspace.id);
  });

  it("begin anew when a person writes", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const { thread_id } = await say(app(), ada, { ...to(bob), thread_id: "01890000-0000-7000-8000-000000000001" });
    expect(await exchange(app(), bob, ada, LIMIT, { thread_id })).toEqual([LIMIT - 1, 1]);
    await say(app(), owner, { thread_id });
    expect(await exchange(app(), ada, bob, LIMIT + 1, { thread_id })).toEqual([LIMIT, 1]);
  });

  it("begin anew after a step of the task, and after nothing that only looks like one", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const task = await aRunningTask(app(), owner, ada);
    const fields = { task_id: task.id };
    expect(await exchange(app(), ada, bob, LIMIT + 1, fields)).toEqual([LIMIT, 1]);
    await app().call(addTaskEvent, ada, { id: task.id, fence: task.fence, type: "progress" });
    expect(await exchange(app(), ada, bob, 1, fields)).toEqual([0, 1]);
    await later(app(), 1, () => app().call(completeTask, ada, { id: task.id, fence: task.fence }));
    await later(app(), 2, async () => {
      expect(await exchange(app(), ada, bob, LIMIT + 1, fields)).toEqual([LIMIT, 1]);
    });
  });

  it("are not helped by what the server says", async () => {
    const { workspace, ada, bob } = await aTalk(app());
    await say(app(), ada, { ...to(bob), reply_by: new Date(Date.now() + 60_000).toISOString() });
    expect(await exchange(app(), ada, bob, LIMIT - 1)).toEqual([LIMIT - 1, 0]);
    await later(app(), 40, () => sweepReplies(app(), workspace.id));
    expect(await exchange(app(), ada, bob, 1)).toEqual([0, 1]);
  });

  it("all at once do not pass the limit together, and a person among them makes room", async () => {
    const { workspace, owner, ada, bob } = await aTalk(app());
    const { done, refused } = await outcomesOf(
      times(LIMIT + 20, (n) => say(app(), n % 2 ? ada : bob, to(n % 2 ? bob : ada))),
    );
    expect([done.length, refused]).toEqual([LIMIT, { hop_limit: 20 }]);
    const thread_id = "01890000-0000-7000-8000-000000000002";
    const agents = () => times(LIMIT, () => say(app(), ada, { ...to(bob), thread_id }));
    const mixed = [...agents(), say(app(), owner, { ...to(bob), thread_id }), ...agents()];
    expect((await outcomesOf(mixed)).done).toHaveLength(2 * LIMIT + 1);
    await checkMailboxes(app(), workspace.id);
  });
});
