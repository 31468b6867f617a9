import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { aPerson, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { ahead, aNewThread, aTalk, checkMailboxes, inboxOf, say, to, WAYS } from "../../test/harness/talk.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { permissionsOf } from "../auth/permissions.ts";
import type { Actor } from "../kernel/actor.ts";
import { systemActor } from "../kernel/actor.ts";
import { getMessage } from "./operations/get-message.ts";
import { listMessages } from "./operations/list-messages.ts";
import type { sendMessage } from "./operations/send-message.ts";
import type { SendInput } from "./schema.ts";
import { directThreadId } from "./thread-id.ts";

const app = useApp();
const contents = async (owner: Actor) => (await inboxOf(app(), owner)).items.map(({ content }) => content);

describe.each(Object.entries(WAYS))("a message, sent %s,", (_name, command) => {
  const way = command as typeof sendMessage;
  const send = (from: Actor, fields: Partial<SendInput>) => say(app(), from, fields, way);

  it("from an agent to an agent is in the direct thread, in one inbox, and in the log without its text", async () => {
    const { workspace, ada, bob, cid } = await aTalk(app());
    const sent = await send(ada, { content: "Grüße", ...to(bob) });
    expect(sent).toMatchObject({
      role: "agent",
      content: "Grüße",
      from_agent_id: ada.id,
      from_user_id: null,
      to_agent_id: bob.id,
      to_user_id: null,
      task_id: null,
      reply_state: "none",
      delivered_at: null,
      read_at: null,
    });
    expect((await send(bob, to(ada))).thread_id).toBe(sent.thread_id);
    expect((await inboxOf(app(), bob)).items).toMatchObject([{ id: sent.id, delivered_at: expect.any(String) }]);
    expect((await inboxOf(app(), cid)).items).toEqual([]);
    expect(await factsOf(app(), workspace.id, sent.id)).toMatchObject([
      {
        type: "message.sent",
        actor_id: ada.id,
        data: { thread_id: sent.thread_id, task_id: null, to: bob.id, in_reply_to: null, bytes: 7 },
      },
    ]);
    expect(JSON.stringify(await factsOf(app(), workspace.id))).not.toContain("Grüße");
    const { delivered_at: _, ...lasting } = sent;
    expect(await app().call(getMessage, bob, { id: sent.id })).toMatchObject(lasting);
    await checkMailboxes(app(), workspace.id);
  });

  it("has the role and the sender of the credential, for every recipient", async () => {
    const { owner, member, ada } = await aTalk(app());
    expect(await send(owner, to(ada))).toMatchObject({ role: "user", from_user_id: owner.id, from_agent_id: null });
    expect(await send(ada, to(owner))).toMatchObject({ role: "agent", to_user_id: owner.id });
    expect(await send(owner, to(member))).toMatchObject({ role: "user", to_user_id: member.id });
    expect((await inboxOf(app(), member)).unread_count).toBe(1);
    for (const claim of [{ role: "system" }, { from_agent_id: ada.id }, { from_user_id: member.id }]) {
      const problem = await problemOf(send(owner, { ...to(ada), ...claim }));
      expect(problem.details.errors).toMatchObject([{ path: `/${Object.keys(claim)[0]}` }]);
    }
  });

  it("about a task reaches its addressee, in the thread of the task", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const task = await aTask(app(), owner, ada);
    const [one, two] = [
      await send(ada, { ...to(bob), task_id: task.id }),
      await send(bob, { ...to(ada), task_id: task.id }),
    ];
    expect(two).toMatchObject({ thread_id: one.thread_id, task_id: task.id });
    expect((await app().call(listMessages, owner, { task_id: task.id })).items).toHaveLength(2);
    expect((await inboxOf(app(), owner)).items).toEqual([]);
  });

  it.each<[string, (talk: Awaited<ReturnType<typeof aTalk>>) => Partial<SendInput>, string]>([
    ["without recipient, task or thread", () => ({}), "/to_agent_id"],
    ["with two recipients", ({ bob, owner }) => ({ ...to(bob), ...to(owner) }), "/to_user_id"],
    ["to its sender", ({ ada }) => to(ada), "/to_agent_id"],
    ["to its sender in capitals", ({ ada }) => ({ to_agent_id: ada.id.toUpperCase() }), "/to_agent_id"],
    ["of blanks", ({ bob }) => ({ ...to(bob), content: " \n " }), "/content"],
    ["of more than 64 KiB", ({ bob }) => ({ ...to(bob), content: "ä".repeat(32_769) }), "/content"],
    ["asking nobody for an answer", () => ({ thread_id: aNewThread(), reply_by: ahead(app(), 60) }), "/reply_by"],
    ["asking for an answer in the past", ({ bob }) => ({ ...to(bob), reply_by: ahead(app(), -1) }), "/reply_by"],
    ["asking too far ahead", ({ bob }) => ({ ...to(bob), reply_by: ahead(app(), 31 * 86_400) }), "/reply_by"],
    ["asking in a leap second", ({ bob }) => ({ ...to(bob), reply_by: "2026-12-31T23:59:60Z" }), "/reply_by"],
  ])("%s is 400 and names the field", async (_what, fields, path) => {
    const talk = await aTalk(app());
    const problem = await problemOf(send(talk.ada, fields(talk)));
    expect(problem).toMatchObject({ status: 400, details: { errors: [{ path }] } });
    expect((await app().call(listMessages, talk.owner, {})).items).toEqual([]);
  });

  it("of exactly 64 KiB is sent", async () => {
    const { ada, bob } = await aTalk(app());
    const content = "ä".repeat(32_768);
    const { id } = await send(ada, { ...to(bob), content });
    expect((await app().call(getMessage, bob, { id })).content).toBe(content);
  });

  it("reaches only current members and agents that are not archived, of the same workspace", async () => {
    const [{ workspace, owner, ada, bob, member }, theirs] = [await aTalk(app()), await aTalk(app())];
    const task = await aTask(app(), theirs.owner, theirs.ada);
    const message = await send(theirs.ada, to(theirs.bob));
    for (const fields of [
      to(theirs.ada),
      to(theirs.owner),
      { ...to(bob), task_id: task.id },
      { ...to(bob), in_reply_to: message.id },
    ]) {
      expect(await problemOf(send(ada, fields))).toMatchObject({ code: "not_found" });
    }
    await app().admin.query("update members set ended_at = joined_at where workspace_id = $1 and user_id = $2", [
      workspace.id,
      member.id,
    ]);
    expect(await problemOf(send(ada, to(member)))).toMatchObject({ code: "not_found" });
    await app().call(archiveAgent, owner, { id: bob.id });
    expect(await problemOf(send(ada, to(bob)))).toMatchObject({ code: "conflict" });
    expect(await factsOf(app(), theirs.workspace.id, message.id)).toHaveLength(1);
    await checkMailboxes(app(), workspace.id);
  });

  it("with a new thread_id creates that thread, a separate one in each workspace", async () => {
    const [one, two] = [await aTalk(app()), await aTalk(app())];
    const thread_id = randomUUID();
    for (const { ada, bob } of [one, two]) {
      expect(await send(ada, { ...to(bob), thread_id })).toMatchObject({ thread_id, task_id: null });
    }
    expect((await app().call(listMessages, one.owner, { thread_id })).items).toHaveLength(1);
  });
});

describe("a message without an addressee", () => {
  it("about a task reaches its assignee and its creator", async () => {
    const { owner, ada, bob, cid, member } = await aTalk(app());
    const [byPerson, byAgent] = [await aTask(app(), owner, ada), await aTask(app(), bob, ada)];
    await say(app(), ada, { task_id: byPerson.id, content: "one" });
    await say(app(), cid, { task_id: byPerson.id, content: "two" });
    await say(app(), member, { task_id: byAgent.id, content: "three" });
    expect(await contents(owner)).toEqual(["one", "two"]);
    expect(await contents(ada)).toEqual(["two", "three"]);
    expect(await contents(bob)).toEqual(["three"]);
    expect(await contents(cid)).toEqual([]);
  });

  it("in a thread reaches all who sent or received messages there", async () => {
    const { owner, ada, bob, cid } = await aTalk(app());
    const thread_id = aNewThread();
    await say(app(), ada, { thread_id, content: "alone" });
    await say(app(), bob, { thread_id, content: "two" });
    await say(app(), owner, { thread_id, ...to(cid), content: "for Cid" });
    await say(app(), ada, { thread_id, content: "all" });
    expect(await contents(ada)).toEqual(["two"]);
    expect(await contents(bob)).toEqual(["all"]);
    expect(await contents(cid)).toEqual(["for Cid", "all"]);
    expect(await contents(owner)).toEqual(["all"]);
  });

  it("in a thread and about a task reaches both", async () => {
    const { owner, ada, bob, cid } = await aTalk(app());
    const task = await aTask(app(), owner, ada);
    const thread_id = aNewThread();
    await say(app(), bob, { thread_id });
    expect(await say(app(), cid, { thread_id, task_id: task.id, content: "both" })).toMatchObject({
      thread_id,
      task_id: task.id,
    });
    for (const reader of [ada, bob, owner]) expect(await contents(reader)).toEqual(["both"]);
  });
});

describe("a thread with a derived id", () => {
  it("of a task is found by its id, and belongs to that task", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const [task, other] = [await aTask(app(), owner, ada), await aTask(app(), owner, ada)];
    const { thread_id } = await say(app(), ada, { task_id: task.id });
    expect(await say(app(), bob, { thread_id })).toMatchObject({ task_id: task.id });
    expect(await problemOf(say(app(), bob, { thread_id, task_id: other.id }))).toMatchObject({ code: "invalid_input" });
  });

  it("of two parties accepts messages only between the two", async () => {
    const { ada, bob, cid } = await aTalk(app());
    const { thread_id } = await say(app(), ada, to(bob));
    expect(await say(app(), bob, { thread_id })).toMatchObject({ to_agent_id: ada.id });
    expect(await problemOf(say(app(), cid, { thread_id }))).toMatchObject({ code: "forbidden" });
    expect(await problemOf(say(app(), ada, { thread_id, ...to(cid) }))).toMatchObject({ code: "forbidden" });
  });

  it("cannot be created by another caller before", async () => {
    const { ada, bob, cid } = await aTalk(app());
    const thread_id = directThreadId(ada.id, bob.id);
    expect(await problemOf(say(app(), cid, { thread_id }))).toMatchObject({ code: "not_found" });
    await say(app(), ada, to(bob));
    expect((await inboxOf(app(), cid)).items).toEqual([]);
  });
});

it("viewers and service keys cannot send messages; the server sends with the role system", async () => {
  const { workspace, owner, ada } = await aTalk(app());
  const viewer = await aPerson(app(), workspace.id, "viewer");
  const service: Actor = {
    ...ada,
    kind: "service",
    permissions: permissionsOf({ kind: "service", scopes: ["messages:read"] }),
  };
  for (const who of [viewer, service]) {
    expect(await problemOf(say(app(), who, to(ada)))).toMatchObject({ code: "forbidden" });
  }
  expect(await problemOf(inboxOf(app(), service))).toMatchObject({ code: "forbidden" });
  const system = systemActor("test", workspace.id);
  expect(await say(app(), system, to(owner))).toMatchObject({
    role: "system",
    from_agent_id: null,
    from_user_id: null,
  });
});

it("people can still read a message to an agent that was archived later", async () => {
  const { owner, ada, bob } = await aTalk(app());
  const sent = await say(app(), ada, to(bob));
  await app().call(archiveAgent, owner, { id: bob.id });
  expect((await app().call(listMessages, owner, { agent_id: bob.id })).items).toMatchObject([{ id: sent.id }]);
});
