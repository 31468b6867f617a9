/** Files that messages name. */
import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { aPerson, aWorkspace, problemOf, useApp } from "../../test/harness/harness.ts";
import { aTalk, inboxOf, say, to } from "../../test/harness/talk.ts";
import { createAttachment } from "../attachments/operations/create-attachment.ts";
import { deleteAttachment } from "../attachments/operations/delete-attachment.ts";
import type { Attachment } from "../attachments/schema.ts";
import { getMessage } from "./operations/get-message.ts";
import { listMessages } from "./operations/list-messages.ts";
import { sendMessage } from "./operations/send-message.ts";

const app = useApp();
let talk: Awaited<ReturnType<typeof aTalk>>;
let taskId: string;
const attach = (name: string): Promise<Attachment> =>
  app().call(createAttachment, talk.ada, { task_id: taskId, name, text: name });

beforeAll(async () => {
  talk = await aTalk(app());
  taskId = (await aTask(app(), talk.ada, talk.ada)).id;
});

it("are in the answer, in the inbox, in lists and in the message, in their order", async () => {
  const { ada, bob } = talk;
  const ids = [(await attach("one")).id, (await attach("two")).id];
  const sent = await say(app(), ada, { ...to(bob), task_id: taskId, attachment_ids: ids });
  expect(sent.attachment_ids).toEqual(ids);
  const found = await app().call(getMessage, bob, { id: sent.id });
  const { items } = await app().call(listMessages, bob, { task_id: taskId });
  const inbox = (await inboxOf(app(), bob)).items;
  for (const one of [found, items.find(({ id }) => id === sent.id), inbox.find(({ id }) => id === sent.id)])
    expect(one?.attachment_ids).toEqual(ids);
  const plain = await say(app(), ada, to(bob));
  expect(plain.attachment_ids).toEqual([]);
});

it("must be in the workspace of the sender, and a repeat adds nothing", async () => {
  const { ada, bob } = talk;
  const foreign = await aTalk(app());
  const theirs = await aTask(app(), foreign.ada, foreign.ada);
  const file = await app().call(createAttachment, foreign.ada, { task_id: theirs.id, name: "x", text: "x" });
  for (const id of [randomUUID(), file.id]) {
    const refused = say(app(), ada, { ...to(bob), attachment_ids: [id] });
    expect(await problemOf(refused)).toMatchObject({ code: "not_found", message: `There is no attachment ${id}.` });
  }
  const own = (await attach("once")).id;
  const input = { content: "Once", to_agent_id: bob.id, attachment_ids: [own] };
  const key = { idempotencyKey: randomUUID() };
  const first = await app().call(sendMessage, ada, input, key);
  expect(await app().call(sendMessage, ada, input, key)).toEqual(first);
  const many = Array.from({ length: 11 }, () => randomUUID());
  for (const attachment_ids of [many, [own, own]])
    expect(await problemOf(say(app(), ada, { ...to(bob), attachment_ids }))).toMatchObject({ code: "invalid_input" });
});

it("of a direct message are named to its two ends only, and a removed file leaves the message as it was", async () => {
  const { ada, bob, cid, owner, workspace } = talk;
  const { id } = await attach("direct");
  const sent = await say(app(), ada, { ...to(bob), attachment_ids: [id] });
  const member = await aPerson(app(), workspace.id, "member");
  const foreign = (await aWorkspace(app())).owner;
  for (const by of [cid, member, foreign])
    expect(await problemOf(app().call(getMessage, by, { id: sent.id }))).toMatchObject({ code: "not_found" });
  await app().call(deleteAttachment, owner, { id });
  expect((await app().call(getMessage, bob, { id: sent.id })).attachment_ids).toEqual([id]);
});
