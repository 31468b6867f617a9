/** Keys on two server processes, which signal each other only through the database. */
import pino from "pino";
import { afterEach, describe, expect, inject, test } from "vitest";
import { testEnvironment } from "../../test/harness/environment.ts";
import {
  aPerson,
  aWorkspace,
  createSecondApp,
  factsOf,
  problemOf,
  requestInfo,
  useApp,
} from "../../test/harness/harness.ts";
import { latch } from "../../test/harness/latch.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { createAgent } from "../agents/operations/create-agent.ts";
import { type App, createApp } from "../app.ts";
import type { Credentials } from "../auth/authenticate.ts";
import { connectionConfig, createPool } from "../db/connect.ts";
import { createNotifier } from "../db/notify.ts";
import type { Actor } from "../kernel/actor.ts";
import { changed, command, type Operation, type PublicCommand } from "../kernel/operation.ts";
import { Fields, Id } from "../kernel/schema.ts";
import { memberLeft } from "../workspaces/facts.ts";
import { endKeysMadeBy } from "./end-keys.ts";
import { createKey } from "./operations/create-key.ts";
import { revokeKey } from "./operations/revoke-key.ts";
import { rotateKey } from "./operations/rotate-key.ts";
import { countUsableKeys } from "./store/keys.ts";

const app = useApp();
const HOUR_MS = 3_600_000;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server process as in production: it sends signals, receives them, and caches credentials. */
async function aProcess(): Promise<App> {
  const socket = { ...inject("server"), database: app().database };
  const pool = createPool({ socket, size: 10 });
  closers.push(() => pool.end());
  const log = pino({ level: "silent" });
  const notifier = createNotifier({ connection: connectionConfig({ socket, size: 1 }), pool, log });
  closers.push(() => notifier.close());
  const made = createApp({
    pool,
    env: testEnvironment(),
    sender: notifier.sender,
    cacheCredentials: notifier.isListening,
  });
  await notifier.listen(made.signals);
  closers.push(() => made.presence.settled());
  return made;
}

async function on(process: App, operation: Exclude<Operation, PublicCommand>, actor: Actor, input: unknown) {
  return (await process.dispatcher.dispatch(operation, actor, { input, request: requestInfo() })).output;
}

function aServiceKey(by: Actor, more: Record<string, unknown> = {}) {
  return app().call(createKey, by, { kind: "service", name: "Script", scopes: ["keys:write"], ...more });
}

/** Ends keys as the command that ends a membership does. */
const endKeys = command({
  name: "members.test_end",
  summary: "End the keys of a person.",
  route: "POST /test/members/{id}/end",
  permission: "members:write",
  changesCredentials: true,
  input: Fields({ id: Id }),
  output: Fields({}),
  problems: [],
  async run({ tx }, { id }) {
    const fact = memberLeft(id, { role: "member" });
    return changed({}, fact, ...(await endKeysMadeBy(tx, id)));
  },
});

describe("a key that another process has cached is refused there after the signal", () => {
  test.each(["archived", "removed", "revoked", "rotated", "below"])("%s", async (how) => {
    const { id: workspace, owner } = await aWorkspace(app());
    const [one, two] = [await aProcess(), await aProcess()];
    const admin = await aPerson(app(), workspace, "admin");
    const agent = await app().call(createAgent, owner, { name: "Scout" });
    const ofAgent = { kind: "agent" as const, agent_id: agent.id, name: "x" };
    const made = how === "archived" ? await app().call(createKey, owner, ofAgent) : await aServiceKey(admin);
    const maker = await one.authenticate({ authorization: `Bearer ${made.key}` });
    const below = how === "below" ? await aServiceKey(maker) : made;
    const ask = (process: App) => process.authenticate({ authorization: `Bearer ${below.key}` });
    for (const process of [one, two]) await ask(process);
    const signalled = latch();
    two.signals.onCredentials(signalled.pass);
    if (how === "archived") await on(one, archiveAgent, owner, { id: agent.id });
    else if (how === "removed") await on(one, endKeys, owner, { id: admin.id });
    else await on(one, how === "rotated" ? rotateKey : revokeKey, owner, { id: made.id });
    expect((await problemOf(ask(one))).code).toBe("unauthenticated");
    await signalled.passed;
    expect((await problemOf(ask(two))).code).toBe("unauthenticated");
  });
});

describe("the tier's limit on two processes", () => {
  test.each([
    ["free", 1],
    ["production", 3],
  ])("holds on %s, rotations and revocations among them, with a fact for each change", async (tier, limit) => {
    const { id: workspace, owner } = await aWorkspace(app(), tier);
    const second = createSecondApp(app());
    closers.push(() => second.close());
    const input = { kind: "service" as const, name: "x", scopes: ["ingest" as const] };
    const create = (index: number) => (index % 2 ? second : app()).call(createKey, owner, input);
    const first = await outcomesOf(times(20, create));
    expect([first.done.length, first.refused]).toEqual([limit, { tier_limit: 20 - limit }]);
    const [held] = first.done;
    if (!held) throw new Error("One was made.");
    const rotate = (index: number) => (index % 2 ? app() : second).call(rotateKey, owner, { id: held.id });
    const mixed = await outcomesOf([...times(8, create), ...times(8, rotate)]);
    expect([mixed.done.length, mixed.refused]).toEqual([8, { tier_limit: 8 }]);
    await app().call(revokeKey, owner, { id: held.id });
    const again = await outcomesOf(times(12, create));
    expect([again.done.length, again.refused]).toEqual([1, { tier_limit: 11 }]);
    const facts = (await factsOf(app(), workspace)).map(({ type }) => type);
    const count = (type: string) => facts.filter((one) => one === type).length;
    expect([count("key.created"), count("key.rotated"), count("key.revoked")]).toEqual([limit + 1, 8, 1]);
  });

  test("a key that has expired for one of them while they count makes room for one more", async () => {
    const { id: workspace, owner } = await aWorkspace(app(), "production");
    const second = createSecondApp(app());
    closers.push(() => second.close());
    second.clock.offsetMs = 2 * HOUR_MS;
    const expires_at = new Date(Date.now() + HOUR_MS).toISOString();
    await aServiceKey(owner, { expires_at });
    const input = { kind: "service" as const, name: "x", scopes: ["ingest" as const] };
    const { done } = await outcomesOf(times(16, (index) => (index % 2 ? second : app()).call(createKey, owner, input)));
    // A command that sees the key expired may make a third key. A command that does not sees two.
    expect(done.length).toBeGreaterThanOrEqual(2);
    const last = await outcomesOf(times(4, () => second.call(createKey, owner, input)));
    expect(done.length + last.done.length).toBe(3);
    expect(await factsOf(app(), workspace)).toHaveLength(4);
  });
});

describe("the last use", () => {
  test("is one write for 200 requests at once on two processes, and none for a refused one", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const { id, key } = await aServiceKey(owner);
    await app().admin.query(`
      create table test_touches (id uuid, at timestamptz);
      create function test_touched() returns trigger language plpgsql security definer as
        'begin insert into test_touches values (new.id, new.last_used_at); return new; end';
      create trigger test_touched after update of last_used_at on api_keys
        for each row execute function test_touched()`);
    const elsewhere = (await aWorkspace(app())).id;
    /** Returns how often the last use was written when these processes have finished all writes. */
    const touchesAfter = async (requests: Credentials[], processes = [createSecondApp(app())], offsetMs = 0) => {
      for (const process of processes) process.clock.offsetMs = offsetMs;
      const requested = requests.map(async (request, index) =>
        processes[index % processes.length]?.authenticate(request),
      );
      const { refused } = await outcomesOf(requested);
      for (const process of processes) {
        // A write outside the requests got its connection before this query, and the close waits for it.
        await process.db.read(workspace, (tx) => countUsableKeys(tx));
        await process.close();
      }
      const { rows } = await app().admin.query("select at from test_touches where id = $1", [id]);
      return { touches: rows.length, refused };
    };
    const authorization = `Bearer ${key}`;
    const wrong = [{ authorization, workspace: elsewhere }, { authorization: `${authorization.slice(0, -2)}__` }];
    const refused = { not_found: 1, unauthenticated: 1 };
    expect(await touchesAfter(wrong)).toEqual({ touches: 0, refused });
    const two = times(2, () => createSecondApp(app()));
    const many = times(200, () => ({ authorization }));
    expect(await touchesAfter(many, two)).toEqual({ touches: 1, refused: {} });
    expect((await touchesAfter(many)).touches).toBe(1);
    // A minute later it is written again, unless the request is refused.
    expect(await touchesAfter(wrong, undefined, 61_000)).toEqual({ touches: 1, refused });
    expect((await touchesAfter(many, undefined, 61_000)).touches).toBe(2);
    await app().call(revokeKey, owner, { id });
    const { touches } = await touchesAfter(many.slice(0, 2), undefined, 122_000);
    expect(touches).toBe(2);
  });
});
