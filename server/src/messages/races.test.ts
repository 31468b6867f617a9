import { expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { createSecondApp, factsOf, useApp } from "../../test/harness/harness.ts";
import { times } from "../../test/harness/outcomes.ts";
import { aNewThread, aTalk, checkMailboxes, inboxOf, markRead, say, to, WAYS } from "../../test/harness/talk.ts";
import type { sendMessage } from "./operations/send-message.ts";

const app = useApp();
const COUNT = 160;

it("many calls at once, both ways, from two processes, keep all counts right, and every call gets an answer", async () => {
  const { workspace, owner, member, ada, bob } = await aTalk(app());
  const second = createSecondApp(app());
  const task = await aTask(app(), owner, ada);
  const [thread_id, other] = [aNewThread(), aNewThread()];
  const people = [owner, member];
  const places = [{}, { task_id: task.id }, { thread_id }, { thread_id: other }];
  await Promise.all(
    times(COUNT, async (n) => {
      const on = n % 2 ? second : app();
      const way = (n % 3 ? WAYS.hot : WAYS.alone) as typeof sendMessage;
      const [from, recipient] = [people[n % 2] ?? owner, n % 5 ? ada : bob];
      const place = places[n % 4] ?? {};
      const isOpen = n % 7 === 0 && n % 4 !== 0;
      const sent = await say(on, from, { content: `${n}`, ...place, ...(!isOpen && to(recipient)) }, way);
      if (!isOpen && n % 3 === 0) await markRead(on, recipient, sent);
      if (n % 8 === 0) await inboxOf(on, recipient);
    }),
  );
  await second.close();
  await checkMailboxes(app(), workspace.id);
  const sent = (await factsOf(app(), workspace.id)).filter(({ type }) => type === "message.sent");
  expect(sent).toHaveLength(COUNT);
});

it("first messages of a thread at once, from two processes, create one thread and one mailbox", async () => {
  const { workspace, owner, ada } = await aTalk(app());
  const second = createSecondApp(app());
  const task = await aTask(app(), owner, ada);
  const calls = times(12, (n) =>
    say(
      n % 2 ? second : app(),
      owner,
      { task_id: task.id, ...(n % 3 && to(ada)) },
      WAYS[n % 4 ? "hot" : "alone"] as typeof sendMessage,
    ),
  );
  expect(new Set((await Promise.all(calls)).map((sent) => sent.thread_id)).size).toBe(1);
  await second.close();
  expect((await inboxOf(app(), ada)).unread_count).toBe(12);
  await checkMailboxes(app(), workspace.id);
});

it("of many messages, only the bad one fails", async () => {
  const { owner, ada } = await aTalk(app());
  const results = await Promise.allSettled(
    times(20, (n) => say(app(), owner, n === 7 ? { to_agent_id: owner.id } : to(ada))),
  );
  expect(results.flatMap(({ status }, n) => (status === "rejected" ? [n] : []))).toEqual([7]);
  expect((await inboxOf(app(), ada)).unread_count).toBe(19);
});
