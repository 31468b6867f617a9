/** Random sends and reads, compared with a model: counts and inboxes equal those of the model, for both ways of sending. */
import { expect, it } from "vitest";
import { dice } from "../../test/harness/dice.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aNewThread, aTalk, checkMailboxes, inboxOf, say, to, WAYS } from "../../test/harness/talk.ts";
import type { Actor } from "../kernel/actor.ts";
import { markMessagesRead } from "./operations/mark-messages-read.ts";
import type { sendMessage } from "./operations/send-message.ts";
import type { Message } from "./schema.ts";

const app = useApp();
const STEPS = 150;

interface Kept {
  id: string;
  content: string;
  isRead: boolean;
}

/** The expected inboxes and members of threads. */
function createModel(people: readonly Actor[]) {
  const inboxes = new Map<Actor, Kept[]>(people.map((one) => [one, []]));
  const members = new Map<string, Set<Actor>>();
  return {
    inboxes,
    sent({ id, content, thread_id }: Message, from: Actor, recipient: Actor | undefined) {
      const taking = members.get(thread_id) ?? new Set();
      const reached = recipient ? [recipient] : [...taking].filter((one) => one !== from);
      members.set(thread_id, new Set([...taking, from, ...reached]));
      for (const one of reached) inboxes.get(one)?.push({ id, content, isRead: false });
    },
    read(owner: Actor, isMarked: (index: number) => boolean): number {
      const unread = (inboxes.get(owner) ?? []).filter((kept, index) => !kept.isRead && isMarked(index));
      for (const kept of unread) kept.isRead = true;
      return unread.length;
    },
  };
}

it.each([1, 2, 3, 4])("story %i", async (seed) => {
  const { workspace, owner, member, ada, bob } = await aTalk(app());
  const people = [ada, bob, owner, member];
  const { sure, chance, upTo } = dice(seed);
  const threads = [aNewThread(), aNewThread()];
  const model = createModel(people);

  async function send(number: number): Promise<void> {
    const from = sure(people);
    const others = people.filter((one) => one !== from);
    const recipient = chance(0.7) ? sure(others) : undefined;
    const thread = recipient && chance(0.5) ? {} : { thread_id: sure(threads) };
    const fields = { content: `${number}`, ...thread, ...(recipient && to(recipient)) };
    const way = sure(Object.values(WAYS)) as typeof sendMessage;
    model.sent(await say(app(), from, fields, way), from, recipient);
  }

  async function read(): Promise<void> {
    const reader = sure(people);
    const inbox = model.inboxes.get(reader) ?? [];
    if (inbox.length === 0) return;
    const at = upTo(inbox.length);
    const one = inbox[at]?.id ?? "";
    const byIds = chance(0.5);
    const input = byIds ? { message_ids: [one] } : { up_to_message_id: one };
    const done = await app().call(markMessagesRead, reader, input);
    expect(done.read).toBe(model.read(reader, (index) => (byIds ? index === at : index <= at)));
  }

  for (let step = 0; step < STEPS; step++) await (chance(0.7) ? send(step) : read());
  for (const reader of people) {
    const kept = model.inboxes.get(reader) ?? [];
    const all = await inboxOf(app(), reader, { limit: 200 });
    expect(all.items.map(({ content }) => content)).toEqual(kept.map(({ content }) => content));
    expect(all.items.map(({ read_at }) => read_at !== null)).toEqual(kept.map(({ isRead }) => isRead));
    const unread = await inboxOf(app(), reader, { unread: true, limit: 200 });
    expect(unread.items.map(({ id }) => id)).toEqual(kept.filter(({ isRead }) => !isRead).map(({ id }) => id));
    expect(unread.unread_count).toBe(unread.items.length);
  }
  await checkMailboxes(app(), workspace.id);
});
