import { describe, expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { problemOf, useApp } from "../../test/harness/harness.ts";
import { ahead, aNewThread, aTalk, inboxOf, markRead, say, to } from "../../test/harness/talk.ts";
import type { Actor } from "../kernel/actor.ts";
import { getMessage } from "./operations/get-message.ts";
import { listMessages } from "./operations/list-messages.ts";
import { listThreads } from "./operations/list-threads.ts";
import type { ListInput } from "./schema.ts";

const app = useApp();
const texts = async (by: Actor, input: ListInput = {}) =>
  (await app().call(listMessages, by, input)).items.map(({ content }) => content);

describe("a list of messages", () => {
  it("without a filter has all messages of the workspace, newest first, and no others", async () => {
    const [{ owner, ada, bob }, other] = [await aTalk(app()), await aTalk(app())];
    await say(app(), ada, { content: "one", ...to(bob) });
    await say(app(), bob, { content: "two", ...to(owner) });
    await say(app(), other.ada, { content: "theirs", ...to(other.bob) });
    expect(await texts(owner)).toEqual(["two", "one"]);
    expect(await texts(owner, { order: "asc" })).toEqual(["one", "two"]);
  });

  it("of an agent has the messages that it sent or received, with or without an addressee", async () => {
    const { owner, ada, bob, cid } = await aTalk(app());
    const task = await aTask(app(), owner, ada);
    await say(app(), ada, { content: "sent", ...to(bob) });
    await say(app(), bob, { content: "got", ...to(ada) });
    await say(app(), cid, { content: "at the task", task_id: task.id });
    await say(app(), bob, { content: "not hers", ...to(cid) });
    expect(await texts(owner, { agent_id: ada.id })).toEqual(["at the task", "got", "sent"]);
    expect(await texts(owner, { agent_id: ada.id, task_id: task.id })).toEqual(["at the task"]);
    expect(await texts(owner, { agent_id: ada.id, order: "asc", limit: 2 })).toEqual(["sent", "got"]);
  });

  it("of an agent and a person has their direct messages", async () => {
    const { owner, member, ada } = await aTalk(app());
    await say(app(), ada, { content: "for the owner", ...to(owner) });
    await say(app(), owner, { content: "back", ...to(ada) });
    await say(app(), member, { content: "another", ...to(ada) });
    expect(await texts(owner, { agent_id: ada.id, with_user_id: owner.id })).toEqual(["back", "for the owner"]);
    expect(await texts(owner, { agent_id: ada.id, with_user_id: member.id })).toEqual(["another"]);
    expect(await texts(member, { agent_id: ada.id, with_user_id: owner.id })).toEqual([]);
    expect(await problemOf(texts(owner, { with_user_id: owner.id }))).toMatchObject({
      details: { errors: [{ path: "/with_user_id" }] },
    });
    const both = { agent_id: ada.id, with_user_id: owner.id, thread_id: aNewThread() };
    expect(await problemOf(texts(owner, both))).toMatchObject({ details: { errors: [{ path: "/thread_id" }] } });
  });

  it("shows when the addressee got, read and answered a message", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const sent = await say(app(), ada, to(bob));
    await markRead(app(), bob, sent);
    const [listed] = (await app().call(listMessages, owner, { thread_id: sent.thread_id })).items;
    expect(listed).toEqual(await app().call(getMessage, ada, { id: sent.id }));
    expect(listed?.read_at).toEqual(expect.any(String));
  });

  it("of another workspace does not exist", async () => {
    const [{ owner }, other] = [await aTalk(app()), await aTalk(app())];
    const { id } = await say(app(), other.ada, to(other.bob));
    expect(await problemOf(app().call(getMessage, owner, { id }))).toMatchObject({ code: "not_found" });
  });
});

describe("a search", () => {
  it("finds messages with all words, in upper or lower case, newest first, page by page", async () => {
    const { owner, ada, bob } = await aTalk(app());
    for (const content of ["The red house", "A RED door", "Blue house, red roof", "Größe: 42", "x-ray/red.house"]) {
      await say(app(), ada, { content, ...to(bob) });
    }
    expect(await texts(owner, { q: "red" })).toEqual([
      "x-ray/red.house",
      "Blue house, red roof",
      "A RED door",
      "The red house",
    ]);
    expect(await texts(owner, { q: "House red" })).toEqual([
      "x-ray/red.house",
      "Blue house, red roof",
      "The red house",
    ]);
    expect(await texts(owner, { q: "größe 42" })).toEqual(["Größe: 42"]);
    expect(await texts(owner, { q: "red", order: "asc", limit: 2 })).toEqual(["The red house", "A RED door"]);
    const page = await app().call(listMessages, owner, { q: "red", limit: 3 });
    expect(page.items).toHaveLength(3);
    expect(await texts(owner, { q: "red", limit: 3, cursor: page.next_cursor ?? "" })).toEqual(["The red house"]);
    expect(await texts(owner, { q: "re" })).toEqual([]);
    // The search reads only the beginning of a long message.
    await say(app(), ada, { content: `early ${"filler ".repeat(2_400)} late`, ...to(bob) });
    expect([await texts(owner, { q: "early" }), await texts(owner, { q: "late" })]).toEqual([[expect.anything()], []]);
  });

  it("can be combined with every filter", async () => {
    const { owner, ada, bob, cid } = await aTalk(app());
    const task = await aTask(app(), owner, ada);
    const thread_id = aNewThread();
    await say(app(), ada, { content: "red one", ...to(bob) });
    await say(app(), bob, { content: "red two", task_id: task.id });
    await say(app(), cid, { content: "red three", thread_id, ...to(bob), reply_by: ahead(app(), 60) });
    const q = "red";
    expect(await texts(owner, { q, task_id: task.id })).toEqual(["red two"]);
    expect(await texts(owner, { q, thread_id })).toEqual(["red three"]);
    expect(await texts(owner, { q, agent_id: ada.id })).toEqual(["red two", "red one"]);
    expect(await texts(owner, { q, awaiting_reply: true })).toEqual(["red three"]);
  });

  it("finds nothing of another workspace, also with the id of that workspace", async () => {
    const [{ owner, ada, bob }, other] = [await aTalk(app()), await aTalk(app())];
    await say(app(), other.ada, { content: "secret", ...to(other.bob) });
    await say(app(), ada, { content: `about ${other.workspace.id}`, ...to(bob) });
    expect(await texts(owner, { q: "secret" })).toEqual([]);
    expect(await texts(other.owner, { q: "about" })).toEqual([]);
    const found = app().db.read(other.workspace.id, (tx) =>
      tx.statement(
        "t.search",
        "select search_messages($1, 'about', null, null, null, false, false, null, 9, null, true)",
        [owner.workspace],
      ),
    );
    expect(await found).toEqual([]);
  });

  it.each([
    "!!!",
    "' or 1=1 --",
    "& | ! ( )",
    "a:*",
    "\\",
    "<->",
    "%",
    "_",
    "\u0130\u200d😀",
    "'''",
    "a & !b",
    "x".repeat(200),
    "-".repeat(200),
  ])("takes %j for words, or for none", async (q) => {
    const { owner, ada, bob } = await aTalk(app());
    await say(app(), ada, { content: "Nothing of that.", ...to(bob) });
    expect(await texts(owner, { q })).toEqual([]);
  });

  it("is fast on a text that is slow to parse", async () => {
    const { owner, ada, bob } = await aTalk(app());
    await say(app(), ada, { content: "a-1.".repeat(16_384), ...to(bob) });
    expect(await texts(owner, { q: "1" })).toHaveLength(1);
  });
});

describe("threads", () => {
  it("are listed by their last message, with their participants and the caller's unread count", async () => {
    const { owner, ada, bob, cid } = await aTalk(app());
    const task = await aTask(app(), owner, ada);
    const thread_id = aNewThread();
    await say(app(), ada, { content: "direct", ...to(bob) });
    await say(app(), cid, { content: "free", thread_id, ...to(bob) });
    await say(app(), bob, { content: "task", task_id: task.id });
    const again = await say(app(), ada, { content: "direct again", ...to(bob) });
    const { items } = await app().call(listThreads, bob, {});
    expect(items).toMatchObject([
      { kind: "direct", task_id: null, message_count: 2, unread_count: 2, last_message: { content: "direct again" } },
      { kind: "task", task_id: task.id, message_count: 1, unread_count: 0 },
      { kind: "free", thread_id, task_id: null, message_count: 1, unread_count: 1 },
    ]);
    expect(items[0]?.participants).toEqual([ada.id, bob.id].sort());
    expect(items[1]?.participants).toEqual([ada.id, bob.id, owner.id].sort());
    await markRead(app(), bob, again);
    expect((await app().call(listThreads, bob, { limit: 1 })).items).toMatchObject([{ unread_count: 1 }]);
    expect((await app().call(listThreads, ada, { agent_id: cid.id })).items).toMatchObject([{ thread_id }]);
  });

  it("have the titles of their tasks on request, for readers of tasks only", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const task = await aTask(app(), owner, ada, { title: "Read the parser" });
    await say(app(), ada, { content: "about it", task_id: task.id });
    await say(app(), ada, { content: "about nothing", ...to(bob) });
    const reader: Actor = { ...owner, permissions: new Set(["messages:read"] as const) };
    for (const list of [listThreads, listMessages]) {
      const titles = async (by: Actor, input: object) => (await app().call(list, by, input)).task_titles;
      expect(await titles(owner, { include: "titles" })).toEqual({ [task.id]: "Read the parser" });
      expect(await titles(reader, { include: "titles" })).toEqual({});
      expect(await titles(owner, {})).toBeUndefined();
    }
  });

  it("are listed page by page, only those of the caller's workspace", async () => {
    const [{ owner, ada, bob, cid }, other] = [await aTalk(app()), await aTalk(app())];
    for (const recipient of [bob, cid, owner]) await say(app(), ada, to(recipient));
    await say(app(), other.ada, to(other.bob));
    const one = await app().call(listThreads, owner, { limit: 2 });
    const two = await app().call(listThreads, owner, { limit: 2, cursor: one.next_cursor ?? "" });
    const recipients = [...one.items, ...two.items].map(({ last_message: m }) => m.to_agent_id ?? m.to_user_id);
    expect([recipients, two.next_cursor]).toEqual([[owner.id, cid.id, bob.id], null]);
    expect((await app().call(listThreads, owner, { agent_id: other.ada.id })).items).toEqual([]);
    expect((await inboxOf(app(), owner)).items).toHaveLength(1);
  });
});
