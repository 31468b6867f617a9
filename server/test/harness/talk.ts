/** A workspace in which agents and people write messages, with short functions for it. */
import { uuidv7 } from "uuidv7";
import { expect } from "vitest";
import type { Actor } from "../../src/kernel/actor.ts";
import { systemActor } from "../../src/kernel/actor.ts";
import type { Command, HotCommand } from "../../src/kernel/operation.ts";
import { markMessagesRead } from "../../src/messages/operations/mark-messages-read.ts";
import { readInbox } from "../../src/messages/operations/read-inbox.ts";
import { sendMessage } from "../../src/messages/operations/send-message.ts";
import { sweepMessages } from "../../src/messages/operations/sweep-messages.ts";
import type { Message, SendInput } from "../../src/messages/schema.ts";
import { anAgent } from "./builders.ts";
import { aPerson, aWorkspace, type TestApp } from "./harness.ts";

export async function aTalk(app: TestApp) {
  const workspace = await aWorkspace(app);
  const [ada, bob, cid] = [
    await anAgent(app, workspace, { name: "Ada" }),
    await anAgent(app, workspace, { name: "Bob" }),
    await anAgent(app, workspace, { name: "Cid" }),
  ];
  const member = await aPerson(app, workspace.id, "member");
  return { workspace, owner: workspace.owner, member, ada, bob, cid };
}

/** Both ways of sending a message: together with other waiting messages in one statement, and alone. */
export const WAYS = {
  hot: sendMessage as HotCommand<typeof sendMessage.input, typeof sendMessage.output>,
  alone: { ...sendMessage, kind: "command" } as unknown as Command<typeof sendMessage.input, typeof sendMessage.output>,
};

export const to = ({ kind, id }: Actor) => (kind === "agent" ? { to_agent_id: id } : { to_user_id: id });

export function say(app: TestApp, from: Actor, fields: Partial<SendInput>, way = WAYS.hot as typeof sendMessage) {
  return app.call(way, from, { content: "A word", ...fields });
}

export function inboxOf(app: TestApp, owner: Actor, input: Record<string, unknown> = {}) {
  return app.call(readInbox, owner, input);
}

export function markRead(app: TestApp, owner: Actor, ...messages: readonly Message[]) {
  return app.call(markMessagesRead, owner, { message_ids: messages.map(({ id }) => id) });
}

export function sweepReplies(app: TestApp, workspace: string) {
  return app.call(sweepMessages, systemActor("test", workspace), {});
}

/** A time after the application's clock. */
export function ahead(app: TestApp, seconds: number): string {
  return new Date(Date.now() + app.clock.offsetMs + seconds * 1_000).toISOString();
}

export const aNewThread = () => uuidv7();

/** Checks the invariants of the messages of a workspace. */
export async function checkMailboxes(app: TestApp, workspace: string): Promise<void> {
  const { rows } = await app.admin.query(
    `select b.owner_id from mailboxes b left join lateral (
       select count(*) filter (where read_at is null) as unread, count(*) as all, coalesce(max(position), 0) as last
       from deliveries d where d.workspace_id = b.workspace_id and d.owner_id = b.owner_id) d on true
     where b.workspace_id = $1 and (b.unread, b.last_position, b.last_position) is distinct from (d.unread, d.all, d.last)`,
    [workspace],
  );
  expect(rows).toEqual([]);
  const { rows: threads } = await app.admin.query(
    `select t.id from threads t left join lateral (
       select count(*) as messages, (array_agg(id order by id desc))[1] as last_id from messages m
       where m.workspace_id = t.workspace_id and m.thread_id = t.id) m on true
     where t.workspace_id = $1 and (t.message_count, t.last_message_id) is distinct from (m.messages, m.last_id)`,
    [workspace],
  );
  expect(threads).toEqual([]);
}
