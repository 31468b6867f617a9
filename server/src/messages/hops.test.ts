import { describe, expect, it } from "vitest";
import { anAgent, aRunningTask, aTask, type HeldTask } from "../../test/harness/builders.ts";
import { createSecondApp, problemOf, type TestApp, testEnvironment, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import {
  aNewThread,
  aTalk,
  checkMailboxes,
  inboxOf,
  markRead,
  say,
  sweepReplies,
  to,
  WAYS,
} from "../../test/harness/talk.ts";
import { later } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { Problem } from "../kernel/problem.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { failTask } from "../tasks/operations/fail-task.ts";
import { heartbeatTask } from "../tasks/operations/heartbeat-task.ts";
import type { sendMessage } from "./operations/send-message.ts";
import { type SendInput, UNANSWERED_MAX } from "./schema.ts";

const app = useApp();
const { hopsMax: LIMIT } = testEnvironment().settings;

/** Sends messages in both directions, one after another. Returns the number of sent messages. */
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

describe("agents that write to each other", () => {
  it("are stopped at the limit, with the next step", async () => {
    const { workspace, owner, ada, bob, cid } = await aTalk(app());
    expect(await exchange(app(), ada, bob, LIMIT + 2)).toEqual([LIMIT, 2]);
    for (const way of Object.values(WAYS)) {
      await expect(say(app(), ada, to(bob), way as typeof sendMessage)).rejects.toMatchObject({
        code: "hop_limit",
        status: 409,
        details: { next_step: expect.stringContaining("to_user_id"), open_again_at: expect.any(String) },
      });
    }
    // The next step names everything that resets the count.
    await say(app(), ada, to(owner));
    await say(app(), owner, to(ada));
    await say(app(), ada, to(bob));
    await say(app(), ada, to(cid));
    await checkMailboxes(app(), workspace.id);
  });

  it("may continue after a message from a person to either of them, in any thread", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const thread_id = aNewThread();
    expect(await exchange(app(), bob, ada, LIMIT + 1, { thread_id })).toEqual([LIMIT, 1]);
    await say(app(), owner, { thread_id });
    expect(await exchange(app(), ada, bob, LIMIT + 1, { thread_id })).toEqual([LIMIT, 1]);
    await say(app(), owner, to(ada));
    expect(await exchange(app(), bob, ada, LIMIT + 1)).toEqual([LIMIT, 1]);
  });

  it("may continue after progress on a task of another creator, and after no other step", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const task = await aRunningTask(app(), owner, ada);
    const own = await aRunningTask(app(), ada, ada);
    const fields = { task_id: task.id };
    // Progress before the first message does not count.
    await later(app(), 1, async () => {
      expect(await exchange(app(), ada, bob, LIMIT + 1, fields)).toEqual([LIMIT, 1]);
      await app().call(addTaskEvent, ada, { id: task.id, fence: task.fence, type: "progress" });
      await app().call(heartbeatTask, ada, { id: task.id, fence: task.fence, progress: { done: 1 } });
      await app().call(heartbeatTask, ada, { id: task.id, fence: task.fence });
      await app().call(completeTask, ada, { id: own.id, fence: own.fence });
      await aTask(app(), bob, ada);
      expect(await exchange(app(), ada, bob, 1, fields)).toEqual([0, 1]);
    });
    await later(app(), 2, () => app().call(completeTask, ada, { id: task.id, fence: task.fence }));
    await later(app(), 3, async () => {
      expect(await exchange(app(), ada, bob, LIMIT + 1, fields)).toEqual([LIMIT, 1]);
    });
  });

  it.each([
    ["starts", async (held: HeldTask) => void held],
    ["fails", async ({ id, fence }: HeldTask, bob: Actor) => app().call(failTask, bob, { id, fence, reason: "No." })],
    ["completes", async ({ id, fence }: HeldTask, bob: Actor) => app().call(completeTask, bob, { id, fence })],
  ])("are let go when one %s what the other gave it", async (_step, take) => {
    const { ada, bob } = await aTalk(app());
    expect(await exchange(app(), ada, bob, LIMIT + 1)).toEqual([LIMIT, 1]);
    await later(app(), 1, async () => take(await aRunningTask(app(), ada, bob), bob));
    await later(app(), 2, async () => {
      expect(await exchange(app(), ada, bob, LIMIT + 1)).toEqual([LIMIT, 1]);
    });
  });

  it("may continue after an hour without messages, and not before", async () => {
    const { ada, bob } = await aTalk(app());
    expect(await exchange(app(), ada, bob, LIMIT + 1)).toEqual([LIMIT, 1]);
    await later(app(), 3_500, async () => expect(await exchange(app(), ada, bob, 1)).toEqual([0, 1]));
    await later(app(), 3_700, async () => expect(await exchange(app(), bob, ada, LIMIT + 1)).toEqual([LIMIT, 1]));
  });

  it("have one count for all threads: new threads, a task's thread, the direct thread", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const task = await aTask(app(), owner, ada);
    const places = [() => ({ thread_id: aNewThread() }), () => ({ task_id: task.id }), () => ({})];
    let sent = 0;
    for (let n = 0; n < LIMIT + 9; n++) {
      const [from, recipient] = n % 2 ? [ada, bob] : [bob, ada];
      const place = places[n % 3]?.() ?? {};
      const answer = await say(app(), from, { ...to(recipient), ...place }).catch((problem: Problem) => problem);
      if (answer instanceof Problem) expect(answer.code).toBe("hop_limit");
      else sent++;
    }
    expect(sent).toBe(LIMIT);
  });

  it("in a ring of three are stopped as two are; another agent is not", async () => {
    const { workspace, owner, ada, bob, cid } = await aTalk(app());
    const ring = [ada, bob, cid];
    /** Returns the number of messages before the first refusal. */
    const round = async (most: number) => {
      for (let sent = 0; sent < most; sent++) {
        const [from, recipient] = [ring[sent % 3] ?? ada, ring[(sent + 1) % 3] ?? bob];
        const sending = say(app(), from, { ...to(recipient), thread_id: aNewThread() });
        if (await sending.then(() => false).catch(() => true)) return sent;
      }
      return most;
    };
    expect(await round(LIMIT + 20)).toBe(LIMIT);
    const dan = await anAgent(app(), workspace);
    await say(app(), dan, to(ada));
    await Promise.all(ring.map((one) => say(app(), owner, to(one))));
    expect(await round(9)).toBe(9);
  });

  it("with many reports are not stopped by the number of reports", async () => {
    const { workspace, ada } = await aTalk(app());
    const crew = await Promise.all(times(30, () => anAgent(app(), workspace)));
    for (const one of crew) await say(app(), ada, to(one));
    for (const one of crew) await say(app(), one, to(ada));
    for (const one of crew) await say(app(), ada, to(one));
  });

  it("of another workspace change no count", async () => {
    const [here, there] = [await aTalk(app()), await aTalk(app())];
    expect(await exchange(app(), here.ada, here.bob, LIMIT + 1)).toEqual([LIMIT, 1]);
    expect(await exchange(app(), there.ada, there.bob, LIMIT)).toEqual([LIMIT, 0]);
    await say(app(), there.owner, to(there.ada));
    expect(await exchange(app(), here.ada, here.bob, 1)).toEqual([0, 1]);
  });

  it("are stopped also after messages of the server", async () => {
    const { workspace, ada, bob } = await aTalk(app());
    await say(app(), ada, { ...to(bob), reply_by: new Date(Date.now() + 60_000).toISOString() });
    expect(await exchange(app(), ada, bob, LIMIT - 1)).toEqual([LIMIT - 1, 0]);
    await later(app(), 40, () => sweepReplies(app(), workspace.id));
    expect(await exchange(app(), ada, bob, 1)).toEqual([0, 1]);
  });

  it("do not pass the limit with calls at once, and a message of a person among them resets the count", async () => {
    const { workspace, owner, ada, bob, cid } = await aTalk(app());
    const second = createSecondApp(app());
    const { done, refused } = await outcomesOf(
      times(LIMIT + 20, (n) => say(n % 3 ? app() : second, n % 2 ? ada : bob, to(n % 2 ? bob : ada))),
    );
    await second.close();
    expect([done.length, refused]).toEqual([LIMIT, { hop_limit: 20 }]);
    const thread_id = aNewThread();
    const agents = () => times(LIMIT, () => say(app(), ada, { ...to(cid), thread_id }));
    const mixed = [...agents(), say(app(), owner, { ...to(cid), thread_id }), ...agents()];
    expect((await outcomesOf(mixed)).done).toHaveLength(2 * LIMIT + 1);
    await checkMailboxes(app(), workspace.id);
  });
});

describe("the messages of an agent to one person", () => {
  /** Returns the number of sent messages; the others were refused because the person did not answer. */
  async function tell(from: Actor, person: Actor, count: number, fields: () => Partial<SendInput> = () => ({})) {
    const { done, refused } = await outcomesOf(times(count, () => say(app(), from, { ...to(person), ...fields() })));
    expect(Object.keys(refused).every((code) => code === "unanswered_limit")).toBe(true);
    return done.length;
  }

  it("are refused after the limit of unanswered messages, in any threads, and allowed again after an answer", async () => {
    const { workspace, owner, member, ada, bob } = await aTalk(app());
    expect(await tell(ada, owner, UNANSWERED_MAX + 5, () => ({ thread_id: aNewThread() }))).toBe(UNANSWERED_MAX);
    expect(await problemOf(say(app(), ada, to(owner)))).toMatchObject({
      code: "unanswered_limit",
      status: 409,
      details: { to_user_id: owner.id, next_step: expect.stringContaining("block") },
    });
    // Other senders and other recipients have their own counts. A message of another person is not an answer.
    await say(app(), bob, to(owner));
    await say(app(), ada, to(member));
    await say(app(), member, to(ada));
    expect(await tell(ada, owner, 1)).toBe(0);
    await say(app(), owner, to(ada));
    expect(await tell(ada, owner, UNANSWERED_MAX + 5)).toBe(UNANSWERED_MAX);
    expect((await inboxOf(app(), owner, { limit: 200 })).unread_count).toBe(2 * UNANSWERED_MAX + 1);
    await checkMailboxes(app(), workspace.id);
  });

  it("are allowed again after the person has read the last one", async () => {
    const { owner, ada } = await aTalk(app());
    expect(await tell(ada, owner, UNANSWERED_MAX)).toBe(UNANSWERED_MAX);
    const { items } = await inboxOf(app(), owner);
    const [first] = items;
    const last = items.at(-1);
    if (!first || !last) throw new Error("There are many.");
    await markRead(app(), owner, first);
    expect(await tell(ada, owner, 1)).toBe(0);
    await markRead(app(), owner, last);
    expect(await tell(ada, owner, UNANSWERED_MAX + 1)).toBe(UNANSWERED_MAX);
  });

  it("are not limited when the person writes in between", async () => {
    const { owner, ada } = await aTalk(app());
    for (let round = 0; round < 3; round++) {
      const calls = [...times(15, () => say(app(), ada, to(owner))), say(app(), owner, to(ada))];
      expect((await outcomesOf(calls)).done).toHaveLength(16);
    }
  });
});
