/** A receiver of webhooks for tests, and the functions that let the outbox work. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { TestApp } from "../../test/harness/harness.ts";
import { dispatchOn } from "../../test/harness/team.ts";
import type { FactOnWire } from "../kernel/facts/schema.ts";
import { followFacts } from "./operations/follow-facts.ts";
import { createSender } from "./sender.ts";
import { listDue } from "./store/due.ts";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  id: string;
  text: string;
  body: { type: string; timestamp: string; data: FactOnWire };
}

export interface Receiver {
  url: string;
  /** The requests, oldest first. */
  received: Received[];
  /** Returns the status of the answer; undefined keeps the request waiting. */
  answer: (request: Received) => { status: number; headers?: Record<string, string> } | undefined;
}

const WELL = () => ({ status: 204 });

/** One receiver for the test file. Before each test it takes everything. */
export function useReceiver(): Receiver {
  const receiver: Receiver = { url: "", received: [], answer: WELL };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    const { headers, url: path = "" } = request;
    const one = { path, headers, id: String(headers["webhook-id"]), text, body: JSON.parse(text) };
    receiver.received.push(one);
    const answer = receiver.answer(one);
    if (answer) response.writeHead(answer.status, answer.headers).end();
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A server that listens on TCP has an address of this form.
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    receiver.received.length = 0;
    receiver.answer = WELL;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return receiver;
}

export function senderOf(app: TestApp, outgoing: Partial<Parameters<typeof createSender>[0]["outgoing"]> = {}) {
  return createSender({
    dispatch: dispatchOn(app),
    sendMail: (mail) => app.env.sendMail(mail),
    outgoing: { allowed: app.env.settings.privateHosts, ...outgoing },
    onError: (error) => {
      throw error;
    },
  });
}

const SETTLED = `select not exists (select from facts
  where workspace_id = $1 and xid >= pg_snapshot_xmin(pg_current_snapshot())) as is_settled`;

/** Puts the facts of the workspace into the outbox. */
export async function followAll(app: TestApp, workspace: string): Promise<void> {
  // Facts are followed below the oldest transaction of the whole server, which other tests use too.
  await expect.poll(async () => (await app.admin.query(SETTLED, [workspace])).rows[0].is_settled).toBe(true);
  for (;;) {
    // The dispatcher returns the operation's output.
    const done = (await dispatchOn(app)(followFacts, workspace)) as { has_more: boolean };
    if (!done.has_more) return;
  }
}

/** Follows the log and sends what is due in the workspace, until nothing more is due now. */
export async function sendAll(app: TestApp, workspace: string, outgoing = {}): Promise<void> {
  await followAll(app, workspace);
  const sender = senderOf(app, outgoing);
  for (;;) {
    const due = (await app.db.outside(listDue)).filter((one) => one.workspace === workspace);
    if (due.length === 0) return;
    await sender.begin(due);
    await sender.idle();
  }
}
