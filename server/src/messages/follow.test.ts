/** A reader that follows its inbox gets each message exactly once. */
import { setTimeout as delay } from "node:timers/promises";
import { uuidv7 } from "uuidv7";
import { expect, it } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { createSecondApp, type TestApp, useApp } from "../../test/harness/harness.ts";
import { times } from "../../test/harness/outcomes.ts";
import { aTalk, checkMailboxes, inboxOf, say, to } from "../../test/harness/talk.ts";
import type { Actor } from "../kernel/actor.ts";
import { listMessages } from "./operations/list-messages.ts";

const app = useApp();
const WRITERS = 16;
const EACH = 20;
const LATE = 12;

interface Late {
  workspace: string;
  from: Actor;
  reader: Actor;
  content: string;
  holdMs: number;
}

/** Sends as the server does, with a wait between the position and the commit. */
async function sendLate({ workspace, from, reader, content, holdMs }: Late): Promise<void> {
  const client = await app().admin.connect();
  const [id, thread] = [uuidv7(), uuidv7()];
  try {
    await client.query("begin");
    await client.query("insert into threads (workspace_id, id, kind) values ($1, $2, 'free')", [workspace, thread]);
    const { rows } = await client.query(
      `update mailboxes set last_position = last_position + 1, unread = unread + 1
       where workspace_id = $1 and owner_id = $2 returning last_position`,
      [workspace, reader.id],
    );
    await client.query(
      `insert into messages (workspace_id, id, thread_id, role, content, from_agent_id, to_agent_id)
       values ($1, $2, $3, 'agent', $4, $5, $6)`,
      [workspace, id, thread, content, from.id, reader.id],
    );
    await client.query(
      "insert into deliveries (workspace_id, owner_id, position, message_id, thread_id) values ($1, $2, $3, $4, $5)",
      [workspace, reader.id, rows[0].last_position, id, thread],
    );
    await delay(holdMs);
    await client.query("commit");
  } finally {
    client.release();
  }
}

/** Follows by cursor, in small pages, until the last message. */
async function follow(on: TestApp, reader: Actor): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  while (!seen.includes("the end")) {
    const page = await inboxOf(on, reader, { limit: 7, wait_seconds: 5, ...(cursor && { cursor }) });
    seen.push(...page.items.map(({ content }) => content));
    cursor = page.next_cursor;
  }
  return seen;
}

it("a reader gets each message of sixteen writers once, over two processes, also after late commits", async () => {
  const { workspace, owner, ada: reader } = await aTalk(app());
  const second = createSecondApp(app());
  const writers = await Promise.all(times(WRITERS, () => anAgent(app(), workspace)));
  await say(app(), owner, { content: "the beginning", ...to(reader) });
  const readers = [follow(app(), reader), follow(second, reader)];
  const writing = writers.map(async (writer, number) => {
    for (let turn = 0; turn < EACH; turn++) {
      await say(number % 2 ? second : app(), writer, { content: `${number} ${turn}`, ...to(reader) });
    }
  });
  const [from] = writers;
  if (!from) throw new Error("There are writers.");
  for (let turn = 0; turn < LATE; turn++) {
    await sendLate({ workspace: workspace.id, from, reader, content: `late ${turn}`, holdMs: 30 });
  }
  await Promise.all(writing);
  await say(app(), owner, { content: "the end", ...to(reader) });
  const expected = [
    ...times(WRITERS, (number) => times(EACH, (turn) => `${number} ${turn}`)).flat(),
    ...times(LATE, (turn) => `late ${turn}`),
    ...["the beginning", "the end"],
  ].sort();
  for (const seen of await Promise.all(readers)) expect([...seen].sort()).toEqual(expected);
  await second.close();
  expect((await inboxOf(app(), reader)).unread_count).toBe(expected.length);
});

it("lists page both ways over five hundred messages without loss or repeat while others write", async () => {
  const { workspace, owner, ada, bob } = await aTalk(app());
  const [thread_id, COUNT] = ["01890000-0000-7000-8000-000000000004", 500];
  const sent = await Promise.all(times(COUNT, () => say(app(), owner, { ...to(ada), thread_id })));
  const ids = sent.map(({ id }) => id).sort();
  let isReading = true;
  const writing = (async () => {
    while (isReading) await say(app(), owner, { ...to(bob), thread_id });
  })();
  for (const order of ["asc", "desc"] as const) {
    for (const filter of [{ thread_id }, { agent_id: ada.id }, {}]) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: { id: string }[]; next_cursor: string | null } = await app().call(listMessages, owner, {
          ...filter,
          order,
          limit: 37,
          ...(cursor && { cursor }),
        });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next_cursor;
        // With forward paging, this loop would not end while others write.
      } while (cursor && !(order === "asc" && seen.length >= COUNT));
      expect(new Set(seen).size).toBe(seen.length);
      const old = new Set(ids);
      expect(seen.filter((id) => old.has(id))).toEqual(order === "asc" ? ids : [...ids].reverse());
    }
  }
  isReading = false;
  await writing;
  await checkMailboxes(app(), workspace.id);
});
