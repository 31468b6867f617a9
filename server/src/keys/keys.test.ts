import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  agentActor,
  aPerson,
  aWorkspace,
  factsOf,
  problemOf,
  type TestWorkspace,
  useApp,
} from "../../test/harness/harness.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { createAgent } from "../agents/operations/create-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { createKey } from "./operations/create-key.ts";
import { getKey } from "./operations/get-key.ts";
import { listKeys } from "./operations/list-keys.ts";
import { revokeKey } from "./operations/revoke-key.ts";

const app = useApp();
const SERVICE = { kind: "service", name: "Ingest", scopes: ["ingest"] } as const;
const HOUR_MS = 3_600_000;

const aKey = (owner: Actor) => app().call(createKey, owner, { ...SERVICE, scopes: ["ingest"] });
const anAgent = (owner: Actor) => app().call(createAgent, owner, { name: "Scout" });
const bearer = (key: string) => app().authenticate({ authorization: `Bearer ${key}` });
const hoursFromNow = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

async function usableKeys({ id }: TestWorkspace): Promise<number> {
  const { rows } = await app().admin.query(
    `select from api_keys
     where workspace_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
    [id],
  );
  return rows.length;
}

describe("creating", () => {
  test("a service key acts with its scopes alone, and its making is a fact without the key", async () => {
    const { id, owner } = await aWorkspace(app());
    const made = await app().call(createKey, owner, { ...SERVICE, scopes: ["ingest", "tasks:read"] });
    expect(made.key).toMatch(/^bw_service_[A-Za-z0-9_-]{43}$/);
    expect(made.key.startsWith(made.prefix)).toBe(true);
    const actor = await bearer(made.key);
    expect(actor).toMatchObject({ kind: "service", id: made.id, key_id: made.id, workspace: id, role: null });
    expect([...(actor.permissions as Set<string>)].sort()).toEqual(["auth:read", "obs:write", "tasks:read"]);
    const facts = await factsOf(app(), id, made.id);
    expect(facts).toMatchObject([{ type: "key.created", actor_id: owner.id }]);
    expect(JSON.stringify(facts)).not.toContain(made.key);
  });

  test("the holder of an agent key is that agent", async () => {
    const { id, owner } = await aWorkspace(app());
    const agent = await anAgent(owner);
    const made = await app().call(createKey, owner, { kind: "agent", name: "Laptop", agent_id: agent.id });
    expect(made).toMatchObject({ agent_id: agent.id, scopes: [], expires_at: null });
    const actor = await bearer(made.key);
    expect(actor).toMatchObject({ kind: "agent", id: agent.id, key_id: made.id, workspace: id });
  });

  test("no form of the key is stored, and no list carries it", async () => {
    const { owner } = await aWorkspace(app());
    const { id, key } = await aKey(owner);
    const { rows } = await app().admin.query("select row_to_json(k)::text as row from api_keys k where id = $1", [id]);
    expect(rows[0].row).not.toContain(key.slice("bw_service_".length + 10));
    const { items } = await app().call(listKeys, owner, {});
    expect(items).toMatchObject([{ id, created_by_user_id: owner.id, revoked_at: null }]);
    expect(JSON.stringify(items)).not.toContain(key);
  });

  test.each([
    ["agent_id", { kind: "agent", name: "x" }],
    ["scopes", { kind: "agent", name: "x", agent_id: randomUUID(), scopes: ["ingest"] }],
    ["scopes", { kind: "service", name: "x" }],
    ["scopes", { kind: "service", name: "x", scopes: [] }],
    ["scopes", { kind: "service", name: "x", scopes: ["members:write"] }],
    ["agent_id", { kind: "service", name: "x", scopes: ["ingest"], agent_id: randomUUID() }],
    ["expires_at", { ...SERVICE, expires_at: "2020-01-01T00:00:00Z" }],
    ["expires_at", { ...SERVICE, expires_at: "tomorrow" }],
    ["expires_at", { ...SERVICE, expires_at: "2099-12-31T23:59:60Z" }],
    ["name", { ...SERVICE, name: "  " }],
    ["name", { ...SERVICE, name: "x".repeat(101) }],
    ["created_by_user_id", { ...SERVICE, created_by_user_id: randomUUID() }],
  ])("names %s when it does not fit", async (field, input) => {
    const { owner } = await aWorkspace(app());
    const problem = await problemOf(app().call(createKey, owner, input as never));
    expect(problem.code).toBe("invalid_input");
    expect(problem.details.errors?.[0]?.path).toContain(`/${field}`);
  });

  test("an unknown agent and another workspace's are not found; an archived one conflicts", async () => {
    const { owner } = await aWorkspace(app());
    const other = await aWorkspace(app());
    const foreign = await anAgent(other.owner);
    for (const agent_id of [randomUUID(), foreign.id]) {
      const problem = await problemOf(app().call(createKey, owner, { kind: "agent", name: "x", agent_id }));
      expect(problem.code).toBe("not_found");
    }
    const own = await anAgent(owner);
    await app().call(archiveAgent, owner, { id: own.id, reason: "Done." });
    const problem = await problemOf(app().call(createKey, owner, { kind: "agent", name: "x", agent_id: own.id }));
    expect(problem.code).toBe("conflict");
  });

  test("members, viewers, agents and services may not", async () => {
    const { id, owner } = await aWorkspace(app());
    const service = await bearer((await aKey(owner)).key);
    const callers = [await aPerson(app(), id, "member"), await aPerson(app(), id, "viewer"), service];
    for (const caller of [...callers, agentActor(id, randomUUID())]) {
      expect((await problemOf(aKey(caller))).code).toBe("forbidden");
    }
    const admin = await aPerson(app(), id, "admin");
    await aKey(admin);
  });

  test("a repeat with the same idempotency key answers the same key, which lies there encrypted", async () => {
    const { id, owner } = await aWorkspace(app());
    const once = () => app().call(createKey, owner, { ...SERVICE, scopes: ["ingest"] }, { idempotencyKey: "k" });
    const first = await once();
    expect(await once()).toEqual(first);
    const { rows } = await app().admin.query(
      "select row_to_json(a)::text as row from idempotency_answers a where workspace_id = $1",
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].row).not.toContain(first.key);
  });
});

describe("the tier's limit", () => {
  test.each([
    ["free", 1],
    ["production", 3],
  ])("holds on %s however many ask at once", async (tier, limit) => {
    const workspace = await aWorkspace(app(), tier);
    const answers = await Promise.allSettled(Array.from({ length: 16 }, () => aKey(workspace.owner)));
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    expect(await usableKeys(workspace)).toBe(limit);
    expect(refused).toHaveLength(16 - limit);
    for (const { code, details } of refused) {
      expect(code).toBe("tier_limit");
      expect(details).toMatchObject({ upgrade_required: true, limit, tier_name: tier });
    }
    expect(await factsOf(app(), workspace.id)).toHaveLength(limit);
  });

  test("counts neither revoked keys nor expired ones", async () => {
    const { owner } = await aWorkspace(app(), "free");
    const first = await aKey(owner);
    await app().call(revokeKey, owner, { id: first.id });
    await app().call(createKey, owner, { ...SERVICE, scopes: ["ingest"], expires_at: hoursFromNow(1) });
    expect((await problemOf(aKey(owner))).code).toBe("tier_limit");
    app().clock.offsetMs = 2 * HOUR_MS;
    await aKey(owner).finally(() => {
      app().clock.offsetMs = 0;
    });
  });
});

describe("revoking", () => {
  test("takes effect at once, is a fact once, and repeats unchanged", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const { id, key } = await aKey(owner);
    await bearer(key);
    const revoked = await app().call(revokeKey, owner, { id });
    expect(revoked.revoked_at).not.toBeNull();
    expect((await problemOf(bearer(key))).code).toBe("unauthenticated");
    expect(await app().call(revokeKey, owner, { id })).toEqual({ ...revoked, last_used_at: expect.anything() });
    const facts = await factsOf(app(), workspace, id);
    expect(facts.map(({ type }) => type)).toEqual(["key.created", "key.revoked"]);
  });

  test("many at once make one fact", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const { id } = await aKey(owner);
    await Promise.all(Array.from({ length: 8 }, () => app().call(revokeKey, owner, { id })));
    expect(await factsOf(app(), workspace, id)).toHaveLength(2);
  });

  test("unknown and foreign keys are not found, and members may not", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const { id } = await aKey((await aWorkspace(app())).owner);
    expect((await problemOf(app().call(revokeKey, owner, { id }))).code).toBe("not_found");
    expect((await problemOf(app().call(revokeKey, owner, { id: randomUUID() }))).code).toBe("not_found");
    const member = await aPerson(app(), workspace, "member");
    expect((await problemOf(app().call(revokeKey, member, { id }))).code).toBe("forbidden");
    expect((await problemOf(app().call(revokeKey, owner, { id: "7" }))).code).toBe("invalid_input");
  });

  test("archiving an agent revokes its keys at once, in the same command", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const agent = await anAgent(owner);
    const { id, key } = await app().call(createKey, owner, { kind: "agent", name: "x", agent_id: agent.id });
    await bearer(key);
    await app().call(archiveAgent, owner, { id: agent.id, reason: "Done." });
    expect((await problemOf(bearer(key))).code).toBe("unauthenticated");
    expect((await factsOf(app(), workspace, id)).map(({ type }) => type)).toEqual(["key.created", "key.revoked"]);
  });

  test("an agent archived while it gets a key keeps none", async () => {
    const workspace = await aWorkspace(app());
    const { owner } = workspace;
    const agent = await anAgent(owner);
    await Promise.allSettled([
      ...Array.from({ length: 6 }, () =>
        app().call(createKey, owner, { kind: "agent", name: "x", agent_id: agent.id }),
      ),
      app().call(archiveAgent, owner, { id: agent.id, reason: "Done." }),
    ]);
    expect(await usableKeys(workspace)).toBe(0);
  });
});

describe("listing", () => {
  test("pages newest first, filters, and shows no other workspace's keys", async () => {
    const { owner } = await aWorkspace(app());
    await aKey((await aWorkspace(app())).owner);
    const agent = await anAgent(owner);
    const ids = [];
    for (let count = 0; count < 3; count++) ids.unshift((await aKey(owner)).id);
    const own = await app().call(createKey, owner, { kind: "agent", name: "x", agent_id: agent.id });
    const first = await app().call(listKeys, owner, { limit: 2 });
    const rest = await app().call(listKeys, owner, { limit: 2, cursor: first.next_cursor ?? "" });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual([own.id, ...ids]);
    expect(rest.next_cursor).toBeNull();
    const ofAgent = await app().call(listKeys, owner, { agent_id: agent.id });
    expect(ofAgent.items.map(({ id }) => id)).toEqual([own.id]);
    const services = await app().call(listKeys, owner, { kind: "service" });
    expect(services.items).toHaveLength(3);
    const only = await app().call(getKey, owner, { id: own.id });
    expect(only).toEqual(ofAgent.items[0]);
    const problem = await problemOf(app().call(listKeys, owner, { cursor: "x" }));
    expect(problem.code).toBe("invalid_input");
  });

  test("each key is usable, revoked or expired, and nothing else", async () => {
    const { owner } = await aWorkspace(app());
    const usable = await aKey(owner);
    const revoked = await aKey(owner);
    await app().call(revokeKey, owner, { id: revoked.id });
    const brief = await app().call(createKey, owner, { ...SERVICE, scopes: ["ingest"], expires_at: hoursFromNow(1) });
    const ids = async (status: "usable" | "revoked" | "expired") =>
      (await app().call(listKeys, owner, { status })).items.map(({ id }) => id);
    expect(await ids("usable")).toEqual([brief.id, usable.id]);
    expect([await ids("revoked"), await ids("expired")]).toEqual([[revoked.id], []]);
    app().clock.offsetMs = 2 * HOUR_MS;
    try {
      expect([await ids("usable"), await ids("expired")]).toEqual([[usable.id], [brief.id]]);
    } finally {
      app().clock.offsetMs = 0;
    }
  });

  test("agents may not, one by one neither; unknown and foreign keys are not found", async () => {
    const { id, owner } = await aWorkspace(app());
    const agent = agentActor(id, randomUUID());
    expect((await problemOf(app().call(listKeys, agent, {}))).code).toBe("forbidden");
    expect((await problemOf(app().call(getKey, agent, { id: randomUUID() }))).code).toBe("forbidden");
    const foreign = await aKey((await aWorkspace(app())).owner);
    for (const other of [foreign.id, randomUUID()]) {
      expect((await problemOf(app().call(getKey, owner, { id: other }))).code).toBe("not_found");
    }
  });
});
