/** A direct message is read by its two ends and by people who may read all messages. */
import { beforeAll, describe, expect, it } from "vitest";
import { aPerson, aWorkspace, factsOf, useApp } from "../../test/harness/harness.ts";
import { ahead, aNewThread, aTalk, inboxOf, say, sweepReplies, to } from "../../test/harness/talk.ts";
import { later } from "../../test/harness/team.ts";
import { permissionsOf } from "../auth/permissions.ts";
import type { Actor } from "../kernel/actor.ts";
import { getMessage } from "./operations/get-message.ts";
import { listMessages } from "./operations/list-messages.ts";
import { listThreads } from "./operations/list-threads.ts";
import type { Message } from "./schema.ts";

const app = useApp();
const WORD = "xylophone";
let talk: Awaited<ReturnType<typeof aTalk>>;
let others: Record<"agent" | "service" | "member" | "viewer" | "foreign", Actor>;
let readers: Record<"sender" | "recipient" | "owner" | "admin", Actor>;
let toPerson: Message;
let between: Message;
let free: Message;

beforeAll(async () => {
  talk = await aTalk(app());
  const { workspace, owner, ada, bob, cid } = talk;
  const recipient = await aPerson(app(), workspace.id, "member");
  const service: Actor = {
    ...cid,
    kind: "service",
    permissions: permissionsOf({ kind: "service", scopes: ["messages:read", "audit:read"] }),
  };
  others = {
    agent: cid,
    service,
    member: talk.member,
    viewer: await aPerson(app(), workspace.id, "viewer"),
    foreign: (await aWorkspace(app())).owner,
  };
  readers = { sender: ada, recipient, owner, admin: await aPerson(app(), workspace.id, "admin") };
  toPerson = await say(app(), ada, { ...to(recipient), content: `${WORD} for one person` });
  between = await say(app(), ada, { ...to(bob), content: `${WORD} between agents` });
  free = await say(app(), ada, { ...to(bob), content: `${WORD} for all`, thread_id: aNewThread() });
});

const idsOf = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id);
const list = (by: Actor, filters: Record<string, unknown> = {}) => app().call(listMessages, by, filters);

describe("by search, by list, by thread and by id", () => {
  it.each(["agent", "service", "member", "viewer"] as const)("another %s finds only the open message", async (who) => {
    const by = others[who];
    expect(idsOf(await list(by, { q: WORD }))).toEqual([free.id]);
    expect(idsOf(await list(by))).toEqual([free.id]);
    expect(idsOf(await list(by, { agent_id: talk.ada.id }))).toEqual([free.id]);
    expect(idsOf(await list(by, { agent_id: talk.ada.id, q: WORD }))).toEqual([free.id]);
    const party = { agent_id: talk.ada.id, with_user_id: readers.recipient.id };
    expect(idsOf(await list(by, party))).toEqual([]);
    for (const { id, thread_id } of [toPerson, between]) {
      expect(idsOf(await list(by, { thread_id }))).toEqual([]);
      expect(idsOf(await list(by, { thread_id, q: WORD }))).toEqual([]);
      await expect(app().call(getMessage, by, { id })).rejects.toMatchObject({ code: "not_found" });
    }
    const threads = await app().call(listThreads, by, {});
    expect(threads.items.map(({ thread_id }) => thread_id)).toEqual([free.thread_id]);
    const ofAda = await app().call(listThreads, by, { agent_id: talk.ada.id });
    expect(ofAda.items.map(({ thread_id }) => thread_id)).toEqual([free.thread_id]);
  });

  it.each(["sender", "recipient", "owner", "admin"] as const)("the %s finds the message", async (who) => {
    const by = readers[who];
    expect(idsOf(await list(by, { q: "person" }))).toEqual([toPerson.id]);
    expect(idsOf(await list(by))).toContain(toPerson.id);
    expect(idsOf(await list(by, { thread_id: toPerson.thread_id }))).toEqual([toPerson.id]);
    expect((await app().call(getMessage, by, { id: toPerson.id })).content).toBe(toPerson.content);
    const threads = await app().call(listThreads, by, {});
    expect(threads.items).toContainEqual(
      expect.objectContaining({
        thread_id: toPerson.thread_id,
        last_message: expect.objectContaining({ id: toPerson.id }),
      }),
    );
  });

  it("another workspace finds nothing", async () => {
    const by = others.foreign;
    expect(idsOf(await list(by, { q: WORD }))).toEqual([]);
    await expect(app().call(getMessage, by, { id: free.id })).rejects.toMatchObject({ code: "not_found" });
  });

  it("a page is full although it skips messages of others", async () => {
    const open = await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        await say(app(), talk.ada, { ...to(talk.bob), content: `${WORD} private ${n}` });
        return (await say(app(), talk.ada, { ...to(talk.bob), content: "open", thread_id: aNewThread() })).id;
      }),
    );
    const first = await list(others.agent, { limit: 3 });
    const second = await list(others.agent, { limit: 3, cursor: first.next_cursor ?? "" });
    expect([...idsOf(first), ...idsOf(second)].toSorted()).toEqual(open.toSorted());
  });
});

it("facts about a direct message contain no text of it", async () => {
  const facts = await factsOf(app(), talk.workspace.id);
  expect(facts.filter(({ type }) => type === "message.sent").length).toBeGreaterThan(2);
  expect(JSON.stringify(facts)).not.toContain(WORD);
});

it("a notice about a late answer does not show the conversation, and the ends see their own last message", async () => {
  const { workspace, owner, ada, bob, cid } = await aTalk(app());
  const question = await say(app(), ada, { ...to(bob), content: "A secret question", reply_by: ahead(app(), 60) });
  await later(app(), 120, () => sweepReplies(app(), workspace.id));
  const notices = (await inboxOf(app(), owner)).items.filter(({ thread_id }) => thread_id === question.thread_id);
  expect(notices.length).toBeGreaterThan(0);
  const threads = await app().call(listThreads, ada, {});
  const own = threads.items.find(({ thread_id }) => thread_id === question.thread_id);
  expect([ada.id, bob.id]).toContain(own?.last_message.to_agent_id);
  expect((await app().call(listThreads, cid, {})).items).toEqual([]);
});
