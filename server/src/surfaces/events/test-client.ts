/** For the tests of the live feed: a server, a small client, and facts that commit after a given time. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { uuidv7 } from "uuidv7";
import { expect } from "vitest";
import { soon } from "../../../test/harness/latch.ts";
import type { TestSurface } from "../../../test/harness/surface.ts";
import { type LiveOptions, liveFeed } from "./live.ts";

export const AUTH = { authorization: "Bearer good" };

interface SseEvent {
  id: string | undefined;
  event: string;
  data: { id: string; type: string; subject: { id: string }; data: { n: number } } & Record<string, unknown>;
}

/** A small client of the stream. */
export interface Client {
  events: SseEvent[];
  lastId: string | undefined;
  comments: number;
  isOpen: boolean;
  facts(): number[];
  close(): void;
}

export async function serveLive(surface: TestSurface, options: Partial<LiveOptions> = {}): Promise<string> {
  const { db, signals } = surface;
  const { app } = surface.http({ extensions: [liveFeed({ db, signals, ...options })] });
  return app.listen({ port: 0, host: "127.0.0.1" });
}

export async function follow(base: string, query = "", headers: Record<string, string> = {}): Promise<Client> {
  const abort = new AbortController();
  const answer = await fetch(`${base}/api/live${query}`, { headers: { ...AUTH, ...headers }, signal: abort.signal });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const client: Client = {
    events: [],
    lastId: undefined,
    comments: 0,
    isOpen: true,
    facts: () => client.events.filter(({ event }) => event === "fact").map(({ data }) => data.data.n),
    close: () => abort.abort(),
  };
  void readAll(answer, client).finally(() => {
    client.isOpen = false;
  });
  await soon(() => client.lastId).toBeDefined();
  return client;
}

async function readAll(answer: Response, client: Client): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) readBlock(block, client);
    }
  } catch {
    // The test or the server cut the connection.
  }
}

function readBlock(block: string, client: Client): void {
  const fields = block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]);
  const field = (name: string) => fields.find(([key]) => key === name)?.[1];
  const id = field("id");
  client.lastId = id ?? client.lastId;
  if (field("") !== undefined) client.comments++;
  const data = field("data");
  if (data !== undefined) client.events.push({ id, event: field("event") ?? "message", data: JSON.parse(data) });
}

/** Stores a fact in its own transaction, without the dispatcher, and commits after `holdMs`. */
export async function writeFact(
  { admin, signals, workspace: own }: TestSurface,
  n: number,
  { holdMs = 0, type = "thing.made", subject = randomUUID(), workspace = own } = {},
): Promise<void> {
  const client = await admin.connect();
  try {
    await client.query("begin");
    await client.query(
      `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, data, request_id)
       values ($1, $2, $3, 'system', 'test', 'thing', $4, $5, 'r')`,
      [workspace, uuidv7(), type, subject, { n }],
    );
    if (holdMs > 0) await delay(holdMs);
    await client.query("commit");
  } finally {
    client.release();
  }
  signals.factsWritten(workspace);
}

/** Stores facts numbered from 1 in one transaction, each with `bytes` bytes of text. */
export async function writeFacts({ admin, workspace }: TestSurface, count: number, bytes = 0): Promise<void> {
  await admin.query(
    `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, data, request_id)
     select $1, gen_random_uuid(), 'thing.made', 'system', 'test', 'thing', gen_random_uuid(),
       json_build_object('n', n, 'text', repeat('x', $3)), 'r' from generate_series(1, $2::int) n`,
    [workspace, count, bytes],
  );
}
