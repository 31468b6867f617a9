/** Keys made with keys: they have no wider rights, and end with the key with which they were made. */
import { afterEach, describe, expect, test } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aPerson, aWorkspace, factsOf, problemOf, type TestWorkspace, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { createAgent } from "../agents/operations/create-agent.ts";
import type { Scope } from "../auth/schema.ts";
import type { Actor } from "../kernel/actor.ts";
import { changed, command } from "../kernel/operation.ts";
import { Fields, Id } from "../kernel/schema.ts";
import { memberLeft } from "../workspaces/facts.ts";
import { endKeysMadeBy } from "./end-keys.ts";
import { createKey } from "./operations/create-key.ts";
import { getKey } from "./operations/get-key.ts";
import { revokeKey } from "./operations/revoke-key.ts";
import { rotateKey } from "./operations/rotate-key.ts";

const app = useApp();
const MINUTE_MS = 60_000;
const MAKING: Scope[] = ["keys:write", "tasks:read"];

afterEach(() => {
  app().clock.offsetMs = 0;
});

const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();
const bearer = (key: string) => app().authenticate({ authorization: `Bearer ${key}` });

interface Making {
  scopes?: Scope[];
  expires_at?: string;
}

/** A service key and its actor. */
async function aKey(by: Actor, { scopes = MAKING, ...more }: Making = {}) {
  const made = await app().call(createKey, by, { kind: "service", name: "Script", scopes, ...more });
  return { ...made, actor: await bearer(made.key) };
}

async function usable({ id }: TestWorkspace): Promise<string[]> {
  const { rows } = await app().admin.query<{ id: string }>(
    "select id from api_keys where workspace_id = $1 and revoked_at is null order by id",
    [id],
  );
  return rows.map((row) => row.id);
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

describe("a key made with a key", () => {
  test("names its maker, and differs from keys that people make", async () => {
    const { id, owner } = await aWorkspace(app());
    const maker = await aKey(owner);
    const made = await aKey(maker.actor, { scopes: ["tasks:read"] });
    const shown = await app().call(getKey, owner, { id: made.id });
    expect(shown).toMatchObject({ created_by_key_id: maker.id, created_by_user_id: null });
    const facts = await factsOf(app(), id, made.id);
    expect(facts).toMatchObject([{ type: "key.created", actor_kind: "service", actor_id: maker.id }]);
  });

  test("has no scope that its maker lacks", async () => {
    const { owner } = await aWorkspace(app());
    const maker = await aKey(owner);
    const problem = await problemOf(aKey(maker.actor, { scopes: ["tasks:read", "audit:read"] }));
    expect(problem.code).toBe("forbidden");
    expect(problem.message).toContain("audit:read");
  });

  test("ends no later than its maker, and by default with its maker", async () => {
    const { owner } = await aWorkspace(app());
    const maker = await aKey(owner, { expires_at: minutesFromNow(60) });
    expect((await aKey(maker.actor)).expires_at).toBe(maker.expires_at);
    expect((await aKey(maker.actor, { expires_at: minutesFromNow(30) })).expires_at).not.toBe(maker.expires_at);
    const problem = await problemOf(aKey(maker.actor, { expires_at: minutesFromNow(61) }));
    expect(problem).toMatchObject({ code: "invalid_input", details: { errors: [{ path: "/expires_at" }] } });
    // A microsecond more would be rounded to another millisecond.
    const finer = maker.expires_at?.replace("Z", "999Z") ?? "";
    expect((await aKey(maker.actor, { expires_at: finer })).expires_at).toBe(maker.expires_at);
  });

  test("may be an agent's key, which has no scopes", async () => {
    const workspace = await aWorkspace(app());
    const maker = await aKey(workspace.owner, { scopes: ["keys:write", "agents:write"] });
    const agent = await app().call(createAgent, maker.actor, { name: "Crew" });
    const made = await app().call(createKey, maker.actor, { kind: "agent", agent_id: agent.id, name: "Crew" });
    const actor = await bearer(made.key);
    expect(actor).toMatchObject({ kind: "agent", id: agent.id });
    for (const call of [aKey(actor), app().call(rotateKey, actor, { id: made.id })])
      expect((await problemOf(call)).code).toBe("forbidden");
    const foreign = await anAgent(app(), await aWorkspace(app()));
    const problem = app().call(createKey, maker.actor, { kind: "agent", agent_id: foreign.id, name: "x" });
    expect((await problemOf(problem)).code).toBe("not_found");
  });

  test("needs the scope keys:write", async () => {
    const { owner } = await aWorkspace(app());
    const { actor } = await aKey(owner, { scopes: ["agents:write"] });
    expect((await problemOf(aKey(actor, { scopes: ["agents:write"] }))).code).toBe("forbidden");
  });
});

describe("the end of a key", () => {
  test("ends the keys made with it, with a fact each, and no others", async () => {
    const workspace = await aWorkspace(app());
    const { owner } = workspace;
    const [root, other] = [await aKey(owner), await aKey(owner)];
    const child = await aKey(root.actor);
    const grandchild = await aKey(child.actor);
    const sibling = await aKey(other.actor);
    const gone = await aKey(root.actor);
    await app().call(revokeKey, owner, { id: gone.id });
    await app().call(revokeKey, owner, { id: root.id });
    expect(await usable(workspace)).toEqual([other.id, sibling.id]);
    for (const { key } of [root, child, grandchild])
      expect((await problemOf(bearer(key))).code).toBe("unauthenticated");
    const facts = (await factsOf(app(), workspace.id)).filter(({ type }) => type === "key.revoked");
    expect(facts.map(({ subject_id, data }) => [subject_id, data.reason])).toEqual(
      expect.arrayContaining([
        [gone.id, null],
        [root.id, null],
        [child.id, "maker_revoked"],
        [grandchild.id, "maker_revoked"],
      ]),
    );
    expect(facts).toHaveLength(4);
  });

  test("also ends a key that it was making at the same time", async () => {
    const workspace = await aWorkspace(app());
    const root = await aKey(workspace.owner);
    await outcomesOf([
      ...times(8, () => aKey(root.actor).then(() => undefined, refusedLater)),
      app()
        .call(revokeKey, workspace.owner, { id: root.id })
        .then(() => undefined),
    ]);
    expect(await usable(workspace)).toEqual([]);
    expect((await problemOf(aKey(root.actor))).code).toBe("unauthenticated");
  });

  test("by a membership that ends: the keys the person made, and those made with them", async () => {
    const workspace = await aWorkspace(app());
    const admin = await aPerson(app(), workspace.id, "admin");
    const kept = await aKey(workspace.owner);
    const made = await aKey(admin);
    const below = await aKey(made.actor);
    const racing = outcomesOf(times(6, () => aKey(admin).then(() => undefined, refusedLater)));
    await app().admin.query("update members set ended_at = now() where user_id = $1", [admin.id]);
    await app().call(endKeys, workspace.owner, { id: admin.id });
    await racing;
    expect(await usable(workspace)).toEqual([kept.id]);
    for (const { key } of [made, below]) expect((await problemOf(bearer(key))).code).toBe("unauthenticated");
    const ended = (await factsOf(app(), workspace.id)).filter(({ data }) => data.reason === "maker_left");
    expect(ended.map(({ subject_id }) => subject_id)).toEqual(expect.arrayContaining([made.id, below.id]));
    expect((await problemOf(aKey(admin))).code).toBe("not_found");
  });
});

/** The secret of a key made while its maker ended may have ended before the test tries it. */
function refusedLater(error: { code?: string }): void {
  if (error.code !== "unauthenticated" && error.code !== "not_found") throw error;
}

describe("rotating and revoking with a key", () => {
  test("a key rotates only itself and the keys made with it", async () => {
    const { owner } = await aWorkspace(app());
    const [root, other] = [await aKey(owner), await aKey(owner)];
    const child = await aKey(root.actor);
    const grandchild = await aKey(child.actor);
    for (const { id } of [root, child, grandchild]) await app().call(rotateKey, root.actor, { id });
    for (const { id } of [root, other])
      expect((await problemOf(app().call(rotateKey, child.actor, { id }))).code).toBe("forbidden");
  });

  test("a key revokes only itself and the keys made with it", async () => {
    const workspace = await aWorkspace(app());
    const { owner } = workspace;
    const [root, other] = [await aKey(owner), await aKey(owner)];
    const [child, sibling] = [await aKey(root.actor), await aKey(root.actor)];
    for (const { id } of [root, other, sibling])
      expect((await problemOf(app().call(revokeKey, child.actor, { id }))).code).toBe("forbidden");
    await app().call(revokeKey, root.actor, { id: sibling.id });
    await app().call(revokeKey, child.actor, { id: child.id });
    expect(await usable(workspace)).toEqual([root.id, other.id]);
  });

  test("a key cannot prolong a life beyond the maker's or its own", async () => {
    const { owner } = await aWorkspace(app());
    const root = await aKey(owner, { expires_at: minutesFromNow(60) });
    const child = await aKey(root.actor, { expires_at: minutesFromNow(30) });
    const tooLate = async (by: Actor, id: string, minutes: number) => {
      const problem = await problemOf(app().call(rotateKey, by, { id, expires_at: minutesFromNow(minutes) }));
      expect(problem).toMatchObject({ code: "invalid_input", details: { errors: [{ path: "/expires_at" }] } });
    };
    await tooLate(root.actor, root.id, 61);
    await tooLate(child.actor, child.id, 31);
    await tooLate(root.actor, child.id, 61);
    await tooLate(owner, child.id, 61);
    await app().call(rotateKey, root.actor, { id: child.id, expires_at: minutesFromNow(59) });
    await app().call(rotateKey, owner, { id: root.id, expires_at: minutesFromNow(120) });
  });

  test("a key that would end before those made with it conflicts", async () => {
    const { owner } = await aWorkspace(app());
    const root = await aKey(owner);
    const child = await aKey(root.actor);
    const sooner = () => app().call(rotateKey, owner, { id: root.id, expires_at: minutesFromNow(60) });
    expect((await problemOf(sooner())).code).toBe("conflict");
    await app().call(rotateKey, owner, { id: child.id, expires_at: minutesFromNow(30) });
    await sooner();
  });
});
