import { expect, test } from "vitest";
import { aWorkspace, useApp } from "../../test/harness/harness.ts";
import type { Db } from "../kernel/db/db.ts";
import { createAgent } from "./operations/create-agent.ts";
import { getAgent } from "./operations/get-agent.ts";
import { createPresence } from "./presence.ts";

const app = useApp();

function failWith(error: unknown): never {
  throw error;
}

/** Counts the transactions that go through it. */
function counting(db: Db) {
  const counted = { transactions: 0 };
  const transaction: Db["transaction"] = (workspace, work) => {
    counted.transactions++;
    return db.transaction(workspace, work);
  };
  return { counted, db: { ...db, transaction } };
}

test("an agent is online after a call, then stale, then offline", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  const presence = createPresence({ db: app().db, onFailure: failWith });
  presence.seen(workspace, id);
  await presence.settled();
  const states: string[] = [];
  for (const seconds of [0, 120, 3_600]) {
    app().clock.offsetMs = seconds * 1_000;
    states.push((await app().call(getAgent, owner, { id })).presence.state);
  }
  app().clock.offsetMs = 0;
  expect(states).toEqual(["online", "stale", "offline"]);
});

test("many calls are one write for each workspace", async () => {
  const { db, counted } = counting(app().db);
  const presence = createPresence({ db, onFailure: failWith });
  const seen = await Promise.all(
    [1, 2].map(async () => {
      const { id: workspace, owner } = await aWorkspace(app());
      const agents = [1, 2, 3].map(() => app().call(createAgent, owner, { name: "Ada" }));
      return { workspace, agents: await Promise.all(agents) };
    }),
  );
  for (let round = 0; round < 5; round++) {
    for (const { workspace, agents } of seen) for (const { id } of agents) presence.seen(workspace, id);
  }
  await presence.settled();
  for (const { workspace, agents } of seen) for (const { id } of agents) presence.seen(workspace, id);
  await presence.settled();
  expect(counted.transactions).toBe(2);
  const { rows } = await app().admin.query("select 1 from agent_presence where workspace_id = any($1)", [
    seen.map(({ workspace }) => workspace),
  ]);
  expect(rows).toHaveLength(6);
});

test("a failed write is reported, fails no request and is tried again", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  const failures: unknown[] = [];
  let isDown = true;
  const transaction: Db["transaction"] = (name, work) =>
    isDown ? Promise.reject(new Error("down")) : app().db.transaction(name, work);
  const presence = createPresence({ db: { ...app().db, transaction }, onFailure: (error) => failures.push(error) });
  presence.seen(workspace, id);
  await presence.settled();
  expect(failures).toHaveLength(1);
  isDown = false;
  presence.seen(workspace, id);
  await presence.settled();
  expect((await app().call(getAgent, owner, { id })).presence.state).toBe("online");
});

test("an agent of another workspace is not written", async () => {
  const { owner } = await aWorkspace(app());
  const { id: other } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  const presence = createPresence({ db: app().db, onFailure: failWith });
  presence.seen(other, id);
  await presence.settled();
  expect((await app().call(getAgent, owner, { id })).presence.last_seen_at).toBeNull();
});
