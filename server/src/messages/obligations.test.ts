import { describe, expect, it } from "vitest";
import { createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { ahead, aTalk, checkMailboxes, inboxOf, say, sweepReplies, to } from "../../test/harness/talk.ts";
import { later } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { setRole } from "../team/operations/set-role.ts";
import { getMessage } from "./operations/get-message.ts";
import { listMessages } from "./operations/list-messages.ts";
import { OBLIGATIONS_MAX } from "./schema.ts";

const app = useApp();
const ask = (from: Actor, recipient: Actor, seconds = 100) =>
  say(app(), from, { content: "Which one?", ...to(recipient), reply_by: ahead(app(), seconds) });
const stateOf = async (owner: Actor, id: string) => (await app().call(getMessage, owner, { id })).reply_state;
const noticesOf = async (owner: Actor) => (await inboxOf(app(), owner)).items.filter(({ role }) => role === "system");
const sweepAt = (workspace: string, seconds: number) => later(app(), seconds, () => sweepReplies(app(), workspace));

describe("a message that requests an answer", () => {
  it("is open, and listed as open, until the recipient answers", async () => {
    const { owner, ada, bob, cid } = await aTalk(app());
    const request = await ask(ada, bob);
    expect(request.reply_state).toBe("open");
    const listed = async (input: Record<string, unknown> = {}) =>
      (await app().call(listMessages, owner, { awaiting_reply: true, ...input })).items.map(({ id }) => id);
    expect([await listed(), await listed({ agent_id: bob.id }), await listed({ agent_id: cid.id })]).toEqual([
      [request.id],
      [request.id],
      [],
    ]);
    await say(app(), cid, { ...to(ada), in_reply_to: request.id });
    await say(app(), bob, to(ada));
    expect(await stateOf(owner, request.id)).toBe("open");
    const answer = await say(app(), bob, { ...to(ada), in_reply_to: request.id });
    expect(await app().call(getMessage, owner, { id: request.id })).toMatchObject({
      reply_state: "answered",
      replied_at: answer.created_at,
    });
    expect(await listed()).toEqual([]);
  });

  it("keeps both of two answers at once, and the first one counts", async () => {
    const { workspace, owner, ada, bob } = await aTalk(app());
    const second = createSecondApp(app());
    const request = await ask(ada, bob);
    const answers = await Promise.all(
      times(8, (n) => say(n % 2 ? second : app(), bob, { ...to(ada), in_reply_to: request.id, content: `${n}` })),
    );
    await second.close();
    const { replied_at } = await app().call(getMessage, owner, { id: request.id });
    expect(answers.map(({ created_at }) => created_at)).toContain(replied_at);
    expect((await inboxOf(app(), ada)).items).toHaveLength(8);
    await say(app(), bob, { ...to(ada), in_reply_to: request.id });
    expect((await app().call(getMessage, owner, { id: request.id })).replied_at).toBe(replied_at);
    await checkMailboxes(app(), workspace.id);
  });

  it("is answered from any thread, also in the task's thread without a recipient", async () => {
    const { owner, ada, bob } = await aTalk(app());
    const request = await ask(ada, bob);
    await say(app(), bob, { thread_id: "01890000-0000-7000-8000-000000000003", in_reply_to: request.id });
    expect(await stateOf(owner, request.id)).toBe("answered");
  });
});

describe("answers that one sender waits for", () => {
  it("are limited, for agents and for people, each sender alone", async () => {
    const { workspace, owner, ada, bob, cid } = await aTalk(app());
    const second = createSecondApp(app());
    const asking = (on: typeof second, from: Actor, recipient: Actor) =>
      say(on, from, { ...to(recipient), reply_by: ahead(app(), 100) });
    for (const from of [ada, owner]) {
      let done = 0;
      let refused = 0;
      // One workspace may have this number of calls at once.
      for (let round = 0; done + refused < OBLIGATIONS_MAX + 6; round++) {
        const calls = times(8, (n) => asking(n % 2 ? second : app(), from, round % 2 ? bob : cid));
        const outcomes = await outcomesOf(calls);
        done += outcomes.done.length;
        refused += outcomes.refused.obligation_limit ?? 0;
      }
      expect([done, refused]).toEqual([OBLIGATIONS_MAX, 6]);
    }
    await second.close();
    expect(await problemOf(ask(ada, cid))).toMatchObject({
      status: 409,
      details: { errors: [{ path: "/reply_by" }], next_step: expect.any(String) },
    });
    await ask(bob, cid);
    await say(app(), ada, to(cid));
    const [open] = (await inboxOf(app(), bob)).items.filter(({ from_agent_id }) => from_agent_id === ada.id);
    await say(app(), bob, { ...to(ada), in_reply_to: open?.id ?? "" });
    await ask(ada, cid);
    expect((await problemOf(ask(ada, cid))).code).toBe("obligation_limit");
    await checkMailboxes(app(), workspace.id);
  });
});

describe("the sweep", () => {
  it("sends one reminder at half time, in the same thread", async () => {
    const { workspace, ada, bob } = await aTalk(app());
    const request = await ask(ada, bob);
    expect(await sweepAt(workspace.id, 40)).toEqual({ reminded: 0, overdue: 0 });
    expect(await sweepAt(workspace.id, 60)).toEqual({ reminded: 1, overdue: 0 });
    expect(await sweepAt(workspace.id, 90)).toEqual({ reminded: 0, overdue: 0 });
    expect(await noticesOf(bob)).toMatchObject([
      { thread_id: request.thread_id, in_reply_to: request.id, to_agent_id: bob.id, from_agent_id: null },
    ]);
    expect(await noticesOf(ada)).toEqual([]);
    await checkMailboxes(app(), workspace.id);
  });

  it("sends nothing about answered messages", async () => {
    const { workspace, ada, bob } = await aTalk(app());
    const request = await ask(ada, bob);
    await say(app(), bob, { ...to(ada), in_reply_to: request.id });
    expect(await sweepAt(workspace.id, 200)).toEqual({ reminded: 0, overdue: 0 });
  });

  it("sends an overdue message to its sender and to the agent above, with one fact; a later answer still counts", async () => {
    const { workspace, owner, ada, bob, cid } = await aTalk(app());
    await app().call(setRole, owner, { agent_id: cid.id, role: "supervisor" });
    await app().call(setRole, owner, { agent_id: bob.id, role: "worker", reports_to: cid.id });
    const request = await ask(ada, bob);
    await sweepAt(workspace.id, 60);
    expect(await sweepAt(workspace.id, 110)).toEqual({ reminded: 0, overdue: 1 });
    expect(await sweepAt(workspace.id, 120)).toEqual({ reminded: 0, overdue: 0 });
    expect(await stateOf(owner, request.id)).toBe("overdue");
    const counts = await Promise.all([ada, bob, cid, owner].map(async (one) => (await noticesOf(one)).length));
    expect(counts).toEqual([1, 1, 1, 0]);
    expect(
      (await factsOf(app(), workspace.id, request.id)).filter(({ type }) => type === "message.overdue"),
    ).toMatchObject([
      { actor_kind: "system", data: { to: bob.id, escalated_to: cid.id, thread_id: request.thread_id } },
    ]);
    expect((await app().call(listMessages, owner, { awaiting_reply: true })).items).toHaveLength(1);
    await say(app(), bob, { ...to(ada), in_reply_to: request.id });
    expect(await stateOf(owner, request.id)).toBe("answered");
  });

  it("notifies the owner for a person and at the top; the party that owes the answer gets no second notice", async () => {
    const { workspace, owner, member, ada, bob } = await aTalk(app());
    await ask(ada, bob);
    await ask(ada, member);
    await ask(ada, owner);
    expect(await sweepAt(workspace.id, 200)).toEqual({ reminded: 0, overdue: 3 });
    const counts = await Promise.all([ada, bob, member, owner].map(async (one) => (await noticesOf(one)).length));
    // The sender gets one notice about all three, and the owner one about the others.
    expect(counts).toEqual([1, 0, 0, 1]);
    expect((await noticesOf(owner))[0]?.content).toContain(`2 messages of agent Ada (${ada.id})`);
  });

  it("sends each recipient at most one notice an hour about one sender, with its name", async () => {
    const { workspace, owner, ada, bob, cid } = await aTalk(app());
    for (let n = 0; n < 30; n++) await ask(ada, bob, 100 + n);
    await ask(cid, bob);
    const at = async (seconds: number) => {
      await sweepAt(workspace.id, seconds);
      await sweepAt(workspace.id, seconds);
      return (await noticesOf(owner)).map(({ content }) => content);
    };
    const first = await at(105);
    expect(first).toHaveLength(2);
    expect(first.join()).toContain(`agent Ada (${ada.id})`);
    expect(first.join()).toContain(`agent Cid (${cid.id}) to agent Bob (${bob.id})`);
    for (const seconds of [110, 200, 3_600]) expect(await at(seconds)).toHaveLength(2);
    const due = () =>
      later(app(), 3_800, () =>
        app().db.outside((tx) =>
          tx.statement<{ id: string }>("t.due", "select bailiwick_message_work_due() as id", []),
        ),
      );
    expect((await due()).map(({ id }) => id)).toContain(workspace.id);
    const later3800 = await at(3_800);
    expect(later3800).toHaveLength(3);
    expect(later3800.at(-1)).toMatch(/^2\d messages of agent Ada/);
    expect((await due()).map(({ id }) => id)).not.toContain(workspace.id);
    const facts = (await factsOf(app(), workspace.id)).filter(({ type }) => type === "message.overdue");
    expect(facts).toHaveLength(31);
    await checkMailboxes(app(), workspace.id);
  });

  it("sends the notice also to a sender that was archived meanwhile", async () => {
    const { workspace, owner, ada, bob } = await aTalk(app());
    await ask(ada, bob);
    await app().call(archiveAgent, owner, { id: ada.id });
    expect(await sweepAt(workspace.id, 200)).toEqual({ reminded: 0, overdue: 1 });
  });

  it("sends everything once, with three sweeps at once in batches", async () => {
    const { workspace, ada, bob, cid } = await aTalk(app());
    const COUNT = 45;
    await Promise.all(times(COUNT, (n) => ask(n % 2 ? ada : cid, bob)));
    const apps = [app(), createSecondApp(app()), createSecondApp(app())];
    for (const [seconds, kind] of [
      [60, "reminded"],
      [110, "overdue"],
    ] as const) {
      for (const one of apps) one.clock.offsetMs = seconds * 1_000;
      const swept = await Promise.all(
        apps.flatMap((one) => times(3, async () => (await sweepReplies(one, workspace.id))[kind])),
      );
      expect(swept.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
    }
    for (const one of apps) one.clock.offsetMs = 0;
    await Promise.all(apps.slice(1).map((one) => one.close()));
    const facts = await factsOf(app(), workspace.id);
    expect(facts.filter(({ type }) => type === "message.overdue")).toHaveLength(COUNT);
    expect((await inboxOf(app(), bob, { limit: 200 })).items.filter(({ role }) => role === "system")).toHaveLength(
      COUNT,
    );
    await checkMailboxes(app(), workspace.id);
  });

  it("is due only in workspaces with due messages", async () => {
    const [one, two] = [await aTalk(app()), await aTalk(app())];
    await ask(one.ada, one.bob);
    await ask(two.ada, two.bob, 10_000);
    const due = await later(app(), 60, () =>
      app().db.outside((tx) => tx.statement<{ id: string }>("t.due", "select bailiwick_message_work_due() as id", [])),
    );
    const ids = due.map(({ id }) => id);
    expect([ids.includes(one.workspace.id), ids.includes(two.workspace.id)]).toEqual([true, false]);
  });
});
