import { describe, expect, it } from "vitest";
import { createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { times } from "../../test/harness/outcomes.ts";
import { aTalk, checkMailboxes, inboxOf, markRead, say, to } from "../../test/harness/talk.ts";
import type { Actor } from "../kernel/actor.ts";
import { getMessage } from "./operations/get-message.ts";
import { listMessages } from "./operations/list-messages.ts";
import { markMessagesRead } from "./operations/mark-messages-read.ts";
import type { Message } from "./schema.ts";

const app = useApp();

async function received(from: Actor, reader: Actor, count: number): Promise<Message[]> {
  const sent: Message[] = [];
  for (let n = 0; n < count; n++) sent.push(await say(app(), from, { content: `${n}`, ...to(reader) }));
  return sent;
}

describe("an inbox", () => {
  it("lists messages oldest first, page by page, and continues after the last one", async () => {
    const { ada, owner } = await aTalk(app());
    const empty = await inboxOf(app(), ada);
    expect(empty).toMatchObject({ items: [], unread_count: 0, next_cursor: expect.any(String) });
    await received(owner, ada, 5);
    const one = await inboxOf(app(), ada, { limit: 2, cursor: empty.next_cursor });
    const two = await inboxOf(app(), ada, { limit: 10, cursor: one.next_cursor });
    const three = await inboxOf(app(), ada, { cursor: two.next_cursor });
    expect([...one.items, ...two.items].map(({ content }) => content)).toEqual(["0", "1", "2", "3", "4"]);
    expect(three).toMatchObject({ items: [], unread_count: 5, next_cursor: two.next_cursor });
  });

  it("is that of the caller, an agent or a person", async () => {
    const { ada, bob, owner, member } = await aTalk(app());
    await received(ada, owner, 1);
    await received(owner, bob, 2);
    const counts = await Promise.all(
      [ada, bob, owner, member].map(async (one) => (await inboxOf(app(), one)).items.length),
    );
    expect(counts).toEqual([0, 2, 1, 0]);
  });

  it("refuses a cursor of another list", async () => {
    const { ada } = await aTalk(app());
    expect(await problemOf(inboxOf(app(), ada, { cursor: "nonsense" }))).toMatchObject({ code: "invalid_input" });
  });

  it("stores the time when it first showed a message, once", async () => {
    const { ada, bob, owner } = await aTalk(app());
    const [sent] = await received(ada, bob, 1);
    const id = sent?.id ?? "";
    const seen = () => app().call(getMessage, owner, { id });
    await app().call(listMessages, bob, {});
    expect((await seen()).delivered_at).toBeNull();
    const [first] = (await inboxOf(app(), bob)).items;
    await expect.poll(async () => (await seen()).delivered_at).toBe(first?.delivered_at);
    const [again] = (await inboxOf(app(), bob)).items;
    expect(again?.delivered_at).toBe(first?.delivered_at);
    expect((await seen()).read_at).toBeNull();
  });

  it("is small although its messages are long", async () => {
    const { ada, owner } = await aTalk(app());
    const content = "x".repeat(65_536);
    await Promise.all(times(70, () => say(app(), owner, { content, ...to(ada) })));
    for (const page of [
      await inboxOf(app(), ada, { limit: 200 }),
      await app().call(listMessages, owner, { limit: 200 }),
    ]) {
      expect(page.items).toHaveLength(70);
      expect(JSON.stringify(page).length).toBeLessThan(100_000);
    }
  });
});

describe("a long poll", () => {
  it.each(["the same process", "another process"])("is woken by a message from %s", async (where) => {
    const { ada, bob } = await aTalk(app());
    const other = where === "another process" ? createSecondApp(app()) : app();
    const waiting = inboxOf(app(), bob, { wait_seconds: 30 });
    const sent = await say(other, ada, to(bob));
    expect((await waiting).items).toMatchObject([{ id: sent.id }]);
    if (other !== app()) await other.close();
  });

  it("for unread messages does not end for a message that was read", async () => {
    const { ada, bob } = await aTalk(app());
    await markRead(app(), bob, await say(app(), ada, to(bob)));
    const waiting = inboxOf(app(), bob, { wait_seconds: 30, unread: true });
    const sent = await say(app(), ada, to(bob));
    expect((await waiting).items).toMatchObject([{ id: sent.id }]);
  });
});

describe("marking as read", () => {
  it("marks the given messages, once, with a fact", async () => {
    const { workspace, ada, bob } = await aTalk(app());
    const [one, two, three] = await received(ada, bob, 3);
    if (!one || !two || !three) throw new Error("Three were sent.");
    expect(await markRead(app(), bob, one, three)).toEqual({ read: 2, unread_count: 1 });
    expect(await markRead(app(), bob, one, three)).toEqual({ read: 0, unread_count: 1 });
    const { items, unread_count } = await inboxOf(app(), bob, { unread: true });
    expect([items.map(({ id }) => id), unread_count]).toEqual([[two.id], 1]);
    expect(await app().call(getMessage, ada, { id: one.id })).toMatchObject({
      delivered_at: expect.any(String),
      read_at: expect.any(String),
    });
    expect((await factsOf(app(), workspace.id, bob.id)).filter(({ type }) => type === "message.read")).toMatchObject([
      { actor_id: bob.id, data: { read: 2, up_to_message_id: three.id } },
    ]);
    await checkMailboxes(app(), workspace.id);
  });

  it("marks all messages up to one", async () => {
    const { ada, bob } = await aTalk(app());
    const [, two = { id: "" }] = await received(ada, bob, 3);
    const upTo = { up_to_message_id: two.id };
    expect(await app().call(markMessagesRead, bob, upTo)).toEqual({ read: 2, unread_count: 1 });
    expect(await app().call(markMessagesRead, bob, upTo)).toEqual({ read: 0, unread_count: 1 });
  });

  it("needs one of the two fields, and refuses messages of other inboxes", async () => {
    const { ada, bob, cid } = await aTalk(app());
    const [mine] = await received(ada, bob, 1);
    const [theirs] = await received(ada, cid, 1);
    if (!mine || !theirs) throw new Error("Two were sent.");
    for (const input of [{}, { message_ids: [mine.id], up_to_message_id: mine.id }]) {
      expect(await problemOf(app().call(markMessagesRead, bob, input))).toMatchObject({ code: "invalid_input" });
    }
    expect(await problemOf(markRead(app(), bob, mine, theirs))).toMatchObject({ code: "not_found" });
    expect(await problemOf(markRead(app(), ada, mine))).toMatchObject({ code: "not_found" });
    expect((await inboxOf(app(), bob)).unread_count).toBe(1);
  });

  it("counts each message once, with many calls at once", async () => {
    const { workspace, ada, bob } = await aTalk(app());
    const sent = await received(ada, bob, 4);
    const done = await Promise.all([
      ...times(6, () => markRead(app(), bob, ...sent)),
      ...times(6, () => app().call(markMessagesRead, bob, { up_to_message_id: sent[3]?.id ?? "" })),
    ]);
    expect(done.reduce((sum, { read }) => sum + read, 0)).toBe(4);
    expect(done.every(({ unread_count }) => unread_count === 0)).toBe(true);
    await checkMailboxes(app(), workspace.id);
  });
});
