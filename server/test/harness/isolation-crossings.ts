/** Ways from one workspace into another that need several calls: cursors, repeated calls, waits and the live feed. */
import type { Readable } from "node:stream";
import type { TObject } from "typebox";
import { expect } from "vitest";
import { createAgent } from "../../src/agents/operations/create-agent.ts";
import { sealedPositions } from "../../src/kernel/facts/position.ts";
import type { Operation } from "../../src/kernel/operation.ts";
import { createKey } from "../../src/keys/operations/create-key.ts";
import { OPERATIONS } from "../../src/operations.ts";
import { claimTasks } from "../../src/tasks/operations/claim-tasks.ts";
import { createTask } from "../../src/tasks/operations/create-task.ts";
import { rowsOf, secretIdsIn, shownOf } from "./canaries.ts";
import type { Ground, Headers } from "./isolation-walk.ts";
import { SAMPLES } from "./samples.ts";
import { aScene, type Scene } from "./scene.ts";
import { callTool, credentialsOf, isTool, rest } from "./web.ts";

async function shown({ app, busy }: Ground, text: string, sent = ""): Promise<string[]> {
  return shownOf(secretIdsIn(await rowsOf(app, [busy.workspace.id])), text, sent);
}

const isPaged = ({ kind, output }: Operation) =>
  kind === "query" && "properties" in output && "next_cursor" in (output as TObject).properties;

/** Checks that a cursor of one workspace is useless in another. Returns the number of cursors that were tried. */
export async function useCursorsOfOthers(ground: Ground): Promise<number> {
  const { app, web, busy, theirs: credentials } = ground;
  const mine = await aScene(app);
  const own = {
    owner: await credentialsOf(mine, "owner"),
    viewer: await credentialsOf(mine, "viewer"),
    agent: await credentialsOf(mine, "agent"),
  };
  let tried = 0;
  for (const operation of OPERATIONS.filter(isPaged)) {
    const { by = "owner", input = async () => ({}) } = SAMPLES[operation.name] ?? {};
    const [theirs, right] = [await input(busy), await input(mine)];
    // With a filter that leaves one row there is no next page.
    const keep = Object.keys(theirs).filter((name) => operation.route.includes(`{${name}}`));
    const narrowed = (given: Record<string, unknown>) => Object.fromEntries(keep.map((name) => [name, given[name]]));
    const first = await rest(web, operation, { ...narrowed(theirs), limit: 1 }, credentials[by]);
    const { next_cursor: cursor } = first.body;
    if (typeof cursor !== "string") continue;
    tried++;
    for (const send of isTool(operation) && by === "agent" ? [rest, callTool] : [rest]) {
      const answer = await send(web, operation, { ...narrowed(right), cursor }, own[by]);
      // The answer equals that for an invented cursor.
      const nobodys = await send(web, operation, { ...narrowed(right), cursor: "x".repeat(64) }, own[by]);
      expect([answer.status, answer.body.errors], operation.name).toEqual([400, nobodys.body.errors]);
      expect(await shown(ground, JSON.stringify(answer.body)), operation.name).toEqual([]);
    }
  }
  return tried;
}

/** Checks that an idempotency key in two workspaces counts as two keys, for a plain answer and for a sealed one. */
export async function repeatCallsOfOthers(ground: Ground): Promise<void> {
  const { app, web, theirs: credentials } = ground;
  const own = await credentialsOf(await aScene(app), "owner");
  const calls: [Operation, Record<string, unknown>][] = [
    [createAgent, { name: "The same in both" }],
    [createKey, { kind: "service", scopes: ["ingest"], name: "The same in both" }],
  ];
  for (const [operation, input] of calls) {
    const send = (headers: Headers) => rest(web, operation, input, { ...headers, "idempotency-key": operation.name });
    const [theirs, ours, again] = [await send(credentials.owner), await send(own), await send(own)];
    expect([theirs.status, ours.status], operation.name).toEqual([201, 201]);
    expect(ours.body.id).not.toBe(theirs.body.id);
    expect(again.body, "the repeat was one").toEqual(ours.body);
    expect(await shown(ground, JSON.stringify(ours.body))).toEqual([]);
  }
}

/** Checks that new work in another workspace wakes no long poll here and is not claimed here. */
export async function waitForWorkOfOthers({ app, web, busy, theirs }: Ground): Promise<void> {
  const mine = await aScene(app);
  const claim = rest(web, claimTasks, { wait_seconds: 1, limit: 10 }, await credentialsOf(mine, "agent"));
  await expect.poll(() => web.tools.waiting.count()).toBe(1);
  const input = { title: "For them alone", assigned_to_agent_id: busy.agent.id };
  expect((await rest(web, createTask, input, theirs.agent)).status).toBe(201);
  expect((await claim).body).toEqual({ items: [], skipped: [] });
}

/**
 * Checks that a stream from the first fact, and from a position of another workspace, has only facts of its own
 * workspace.
 */
export async function followOthers(ground: Ground): Promise<void> {
  const { app, busy, theirs } = ground;
  const mine = await aScene(app);
  const { rows } = await app.admin.query<{ epoch: string }>("select epoch from installation");
  const headers = await credentialsOf(mine, "agent");
  const beginning = { epoch: rows[0]?.epoch ?? "", xid: 1n, seq: 0n };
  const firstOf = ({ workspace }: Scene) => sealedPositions(app.env.secrets, workspace.id).id({ ...beginning });
  const first = firstOf(mine);
  const stream = await follow(ground, first, headers, [
    [busy, theirs.agent],
    [mine, headers],
  ]);
  expect(stream.match(/event: fact/g)?.length, "the stream has the earlier facts too").toBeGreaterThan(2);
  const others = await follow(ground, firstOf(busy), theirs.agent, [[busy, theirs.agent]]);
  const places = [...others.matchAll(/^id: (.+)$/gm)].map(([, place = ""]) => place);
  expect(places.length).toBeGreaterThan(2);
  for (const place of [places[0] ?? "", places.at(-1) ?? ""]) {
    const seen = await follow(ground, place, headers, [
      [busy, theirs.agent],
      [mine, headers],
    ]);
    expect(await shown(ground, seen, place)).toEqual([]);
  }
  expect(await shown(ground, stream, first)).toEqual([]);
}

/**
 * Resumes a stream from a position, creates a task in each of these workspaces and reads until the last one arrives.
 */
async function follow({ web }: Ground, place: string, headers: Headers, makers: readonly [Scene, Headers][]) {
  const stream = await web.app.inject({ url: `/api/live?last_event_id=${place}`, headers, payloadAsStream: true });
  expect(stream.statusCode).toBe(200);
  const { text, close } = reading(stream.stream());
  let last = "";
  for (const [scene, sender] of makers) {
    const input = { title: "For its own workspace", assigned_to_agent_id: scene.agent.id };
    const made = await rest(web, createTask, input, sender);
    expect(made.status).toBe(201);
    last = String(made.body.id);
  }
  await expect.poll(text, { timeout: 15_000 }).toMatch(new RegExp(`event: fact\\ndata: .*${last}`));
  close();
  return text();
}

function reading(stream: Readable): { text: () => string; close: () => void } {
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
  });
  // An aborted stream ends with an error, which is expected.
  stream.on("error", () => undefined);
  return { text: () => text, close: () => void stream.destroy() };
}
