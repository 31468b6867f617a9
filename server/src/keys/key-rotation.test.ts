import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { agentActor, aPerson, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import type { Actor } from "../kernel/actor.ts";
import { createKey } from "./operations/create-key.ts";
import { getKey } from "./operations/get-key.ts";
import { revokeKey } from "./operations/revoke-key.ts";
import { rotateKey } from "./operations/rotate-key.ts";

const app = useApp();
const MINUTE_MS = 60_000;
const HOUR_SECONDS = 3_600;

afterEach(() => {
  app().clock.offsetMs = 0;
});

const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

async function aKey(owner: Actor, expires_at?: string) {
  const input = { kind: "service" as const, name: "Ingest", scopes: ["ingest" as const] };
  return app().call(createKey, owner, { ...input, ...(expires_at && { expires_at }) });
}

/** Authenticates with the present state: every change clears the cache, and only the database's clock moves. */
async function isGood(key: string, minutesLater = 0): Promise<boolean> {
  app().clock.offsetMs = minutesLater * MINUTE_MS;
  app().signals.forgetCredentials("all");
  try {
    return await app()
      .authenticate({ authorization: `Bearer ${key}` })
      .then(
        () => true,
        ({ code }) => code !== "unauthenticated",
      );
  } finally {
    app().clock.offsetMs = 0;
  }
}

test("a key made before the clock was set back is rotated, and ends after it was made", async () => {
  const { owner } = await aWorkspace(app());
  const { id } = await aKey(owner);
  app().clock.offsetMs = -120 * MINUTE_MS;
  const sooner = app().call(rotateKey, owner, { id, expires_at: minutesFromNow(-60) });
  expect(await problemOf(sooner)).toMatchObject({
    code: "invalid_input",
    details: { errors: [{ path: "/expires_at" }] },
  });
  await app().call(rotateKey, owner, { id, overlap_seconds: 60, expires_at: minutesFromNow(60) });
});

describe("rotating a key", () => {
  test("gives the key a new secret and ends the old one at once; the key stays the same", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const made = await aKey(owner);
    const before = await app().authenticate({ authorization: `Bearer ${made.key}` });
    const rotated = await app().call(rotateKey, owner, { id: made.id });
    expect(rotated).toEqual({ ...made, key: rotated.key, prefix: rotated.prefix, previous_expires_at: null });
    expect(rotated.key).not.toBe(made.key);
    expect(rotated.key.startsWith(rotated.prefix)).toBe(true);
    expect((await problemOf(app().authenticate({ authorization: `Bearer ${made.key}` }))).code).toBe("unauthenticated");
    expect(await app().authenticate({ authorization: `Bearer ${rotated.key}` })).toEqual(before);
    const facts = await factsOf(app(), workspace, made.id);
    expect(facts.map(({ type }) => type)).toEqual(["key.created", "key.rotated"]);
    expect(facts[1]).toMatchObject({
      actor_id: owner.id,
      data: { prefix: rotated.prefix, previous_expires_at: null, expires_at: null },
    });
    expect(JSON.stringify(facts)).not.toContain(rotated.key);
  });

  test("both secrets are valid until the end of the overlap, which lists show", async () => {
    const { owner } = await aWorkspace(app());
    const made = await aKey(owner);
    const rotated = await app().call(rotateKey, owner, { id: made.id, overlap_seconds: HOUR_SECONDS });
    const until = Date.parse(rotated.previous_expires_at ?? "");
    const shown = async () => (await app().call(getKey, owner, { id: made.id })).previous_expires_at;
    expect(await shown()).toBe(rotated.previous_expires_at);
    expect([await isGood(made.key), await isGood(rotated.key)]).toEqual([true, true]);
    expect([await isGood(made.key, 59), await isGood(made.key, 61), await isGood(rotated.key, 61)]).toEqual([
      true,
      false,
      true,
    ]);
    app().clock.offsetMs = until + 1 - Date.now();
    expect(await shown()).toBeNull();
  });

  test("the cache keeps a secret in its overlap until the secret's end, not the key's", async () => {
    const { owner } = await aWorkspace(app());
    const made = await aKey(owner);
    await app().call(rotateKey, owner, { id: made.id, overlap_seconds: 1 });
    const answer = () =>
      app()
        .authenticate({ authorization: `Bearer ${made.key}` })
        .then(
          () => "good",
          ({ code }) => code as string,
        );
    // No signal clears the cache meanwhile, and the cache lasts much longer than this test waits.
    await expect.poll(answer).toBe("unauthenticated");
  });

  test("another rotation ends the oldest secret at once, also during its overlap", async () => {
    const { owner } = await aWorkspace(app());
    const first = await aKey(owner);
    const overlap = { id: first.id, overlap_seconds: HOUR_SECONDS };
    const second = await app().call(rotateKey, owner, overlap);
    const third = await app().call(rotateKey, owner, overlap);
    expect([await isGood(first.key), await isGood(second.key), await isGood(third.key)]).toEqual([false, true, true]);
    const fourth = await app().call(rotateKey, owner, { id: first.id });
    const good = await Promise.all([first, second, third, fourth].map(({ key }) => isGood(key)));
    expect(good).toEqual([false, false, false, true]);
  });

  test.each([
    ["as the key was", 10, 120],
    ["as it becomes", 120, 10],
  ])("no secret outlives the key %s", async (_how, before, after) => {
    const { owner } = await aWorkspace(app());
    const made = await aKey(owner, minutesFromNow(before));
    const expires_at = minutesFromNow(after);
    const rotated = await app().call(rotateKey, owner, { id: made.id, overlap_seconds: HOUR_SECONDS, expires_at });
    expect(rotated.expires_at).toBe(expires_at);
    expect(await isGood(made.key, 9)).toBe(true);
    expect(await isGood(made.key, 11)).toBe(false);
    expect(await isGood(rotated.key, after - 1)).toBe(true);
    expect(await isGood(rotated.key, after + 1)).toBe(false);
  });

  test("revoking ends both secrets, and a repeat with the same idempotency key rotates once", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const made = await aKey(owner);
    const input = { id: made.id, overlap_seconds: HOUR_SECONDS };
    const once = () => app().call(rotateKey, owner, input, { idempotencyKey: "k" });
    const rotated = await once();
    expect(await once()).toEqual(rotated);
    expect(await factsOf(app(), workspace, made.id)).toHaveLength(2);
    const { rows } = await app().admin.query(
      "select row_to_json(a)::text || row_to_json(k)::text as row from idempotency_answers a, api_keys k where k.id = $1",
      [made.id],
    );
    for (const { row } of rows) expect(row).not.toContain(rotated.key.slice("bw_service_".length + 10));
    const revoked = await app().call(revokeKey, owner, { id: made.id });
    expect(revoked.previous_expires_at).toBeNull();
    expect([await isGood(made.key), await isGood(rotated.key)]).toEqual([false, false]);
  });
});

describe("a key is not rotated", () => {
  test("once it is revoked or expired", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const revoked = await aKey(owner);
    await app().call(revokeKey, owner, { id: revoked.id });
    const expired = await aKey(owner, minutesFromNow(10));
    app().clock.offsetMs = 11 * MINUTE_MS;
    for (const { id } of [revoked, expired]) {
      const problem = await problemOf(app().call(rotateKey, owner, { id, expires_at: minutesFromNow(60) }));
      expect(problem.code).toBe("conflict");
    }
    expect((await factsOf(app(), workspace)).filter(({ type }) => type === "key.rotated")).toEqual([]);
  });

  test.each([
    ["overlap_seconds", { overlap_seconds: -1 }],
    ["overlap_seconds", { overlap_seconds: 604_801 }],
    ["overlap_seconds", { overlap_seconds: 1.5 }],
    ["expires_at", { expires_at: "2020-01-01T00:00:00Z" }],
    ["expires_at", { expires_at: "2099-12-31T23:59:60Z" }],
    ["id", { id: "7" }],
    ["scopes", { scopes: ["ingest"] }],
  ])("with a wrong %s: %j", async (field, input) => {
    const { owner } = await aWorkspace(app());
    const { id } = await aKey(owner);
    const problem = await problemOf(app().call(rotateKey, owner, { id, ...input } as never));
    expect(problem.code).toBe("invalid_input");
    expect(problem.details.errors?.[0]?.path).toBe(`/${field}`);
  });

  test("by members, viewers or agents, nor when it is unknown or another workspace's", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const { id } = await aKey(owner);
    const people = [await aPerson(app(), workspace, "member"), await aPerson(app(), workspace, "viewer")];
    for (const caller of [...people, agentActor(workspace, randomUUID())]) {
      expect((await problemOf(app().call(rotateKey, caller, { id }))).code).toBe("forbidden");
    }
    const foreign = await aKey((await aWorkspace(app())).owner);
    for (const other of [foreign.id, randomUUID()]) {
      expect((await problemOf(app().call(rotateKey, owner, { id: other }))).code).toBe("not_found");
    }
    expect(await isGood(foreign.key)).toBe(true);
  });
});

describe("many at once", () => {
  test.each([
    [0, 1],
    [HOUR_SECONDS, 2],
  ])("with an overlap of %d s leave %d secrets good, and a fact each", async (overlap_seconds, left) => {
    const { id: workspace, owner } = await aWorkspace(app());
    const { id, key } = await aKey(owner);
    const rotated = await Promise.all(times(8, () => app().call(rotateKey, owner, { id, overlap_seconds })));
    const good = await Promise.all([key, ...rotated.map((one) => one.key)].map((one) => isGood(one)));
    expect(good.filter(Boolean)).toHaveLength(left);
    expect(await factsOf(app(), workspace, id)).toHaveLength(9);
  });

  test("with a revocation among them leave none", async () => {
    const { id: workspace, owner } = await aWorkspace(app());
    const { id, key } = await aKey(owner);
    const rotations = times(6, () => app().call(rotateKey, owner, { id, overlap_seconds: HOUR_SECONDS }));
    const { done, refused } = await outcomesOf([
      ...rotations,
      app()
        .call(revokeKey, owner, { id })
        .then(() => undefined),
    ]);
    const rotated = done.flatMap((one) => one ?? []);
    expect((refused.conflict ?? 0) + rotated.length).toBe(6);
    const good = await Promise.all([key, ...rotated.map((one) => one.key)].map((one) => isGood(one)));
    expect(good.filter(Boolean)).toEqual([]);
    const facts = await factsOf(app(), workspace, id);
    expect(facts).toHaveLength(2 + rotated.length);
    expect(facts.at(-1)?.type).toBe("key.revoked");
  });
});
