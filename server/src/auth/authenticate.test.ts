import { describe, expect, test } from "vitest";
import { aWorkspace, problemOf, useApp } from "../../test/harness/harness.ts";
import { createSignals } from "../kernel/signals.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { revokeKey } from "../keys/operations/revoke-key.ts";
import { createActorCache } from "./actor-cache.ts";
import { createAuthenticate } from "./authenticate.ts";
import { signIn } from "./test-sign-in.ts";

const app = useApp();
const NOBODY = { facts: () => undefined, credentials: () => undefined };
const bearer = (key: string, workspace?: string) => app().authenticate({ authorization: `Bearer ${key}`, workspace });

async function aServiceKey(expires_at?: string) {
  const { id: workspace, owner } = await aWorkspace(app());
  const input = { kind: "service" as const, name: "x", scopes: ["ingest" as const], ...(expires_at && { expires_at }) };
  return { workspace, owner, ...(await app().call(createKey, owner, input)) };
}

describe("a credential", () => {
  test.each([
    {},
    { session: "" },
    { session: "nonsense" },
    { authorization: "" },
    { authorization: "Basic YTpi" },
    { authorization: "Bearer nonsense" },
    { authorization: `Bearer bw_agent_${"A".repeat(43)}` },
    { authorization: `Bearer bw_agent_${"A".repeat(43)}`, workspace: "nonsense" },
    { session: "nonsense", workspace: "nonsense" },
  ])("%j is unauthenticated", async (credentials) => {
    expect((await problemOf(app().authenticate(credentials))).code).toBe("unauthenticated");
  });

  test("an invalid key is refused also with a valid session", async () => {
    const { session } = await signIn(app());
    const problem = await problemOf(app().authenticate({ session, authorization: "Bearer nonsense" }));
    expect(problem.code).toBe("unauthenticated");
  });

  test("a changed key is refused", async () => {
    const { key } = await aServiceKey();
    const tampered = `${key.slice(0, -1)}${key.endsWith("A") ? "E" : "A"}`;
    expect((await problemOf(bearer(tampered))).code).toBe("unauthenticated");
  });

  test("an expired key is refused, cached or not", async () => {
    const { key } = await aServiceKey(new Date(Date.now() + 1_500).toISOString());
    // The first of these calls caches the key, unless the machine is so busy that the key has expired.
    const answer = () =>
      bearer(key).then(
        () => "good",
        ({ code }) => code as string,
      );
    await expect.poll(answer).toBe("unauthenticated");
  });
});

describe("the workspace", () => {
  test("of a person is their own unless they choose", async () => {
    const { session, workspace, user } = await signIn(app());
    const team = await aWorkspace(app());
    await app().admin.query("insert into members (workspace_id, user_id, role) values ($1, $2, 'viewer')", [
      team.id,
      user.id,
    ]);
    expect(await app().authenticate({ session })).toMatchObject({ workspace: workspace.id, role: "owner" });
    const guest = await app().authenticate({ session, workspace: team.id.toUpperCase() });
    expect(guest).toMatchObject({ workspace: team.id, role: "viewer", credential: `user:${user.id}` });
  });

  test("that is not theirs, has ended or is no id is not found", async () => {
    const { session, user } = await signIn(app());
    const team = await aWorkspace(app());
    await app().admin.query(
      "insert into members (workspace_id, user_id, role, ended_at) values ($1, $2, 'owner', bailiwick_now())",
      [team.id, user.id],
    );
    for (const workspace of [team.id, crypto.randomUUID(), "nonsense", ""]) {
      expect((await problemOf(app().authenticate({ session, workspace }))).code).toBe("not_found");
    }
  });

  test("that one caller names does not change the result of a concurrent caller", async () => {
    for (let round = 0; round < 5; round++) {
      const { key, workspace } = await aServiceKey();
      const [foreign, right, plain] = await Promise.allSettled([
        bearer(key, crypto.randomUUID()),
        bearer(key, workspace),
        bearer(key),
      ]);
      expect([foreign.status, right.status, plain.status]).toEqual(["rejected", "fulfilled", "fulfilled"]);
    }
  });

  test("of a key is its own, also when it is named", async () => {
    const { key, workspace } = await aServiceKey();
    expect((await bearer(key, workspace)).workspace).toBe(workspace);
    for (const foreign of [(await aWorkspace(app())).id, "nonsense"]) {
      expect((await problemOf(bearer(key, foreign))).code).toBe("not_found");
    }
  });
});

describe("the cache", () => {
  test("a cached key costs no query, and a revoked key is refused after the signal", async () => {
    const { key, id } = await aServiceKey();
    await bearer(key);
    await app().admin.query("update api_keys set revoked_at = now() where id = $1", [id]);
    await bearer(key);
    app().signals.forgetCredentials("all");
    expect((await problemOf(bearer(key))).code).toBe("unauthenticated");
  });

  test("nothing is cached while changes by others cannot arrive", async () => {
    const { db, env } = app();
    let receivesChanges = true;
    const options = { db, env, signals: createSignals(NOBODY), cacheCredentials: () => receivesChanges };
    const authenticate = createAuthenticate(options);
    const { key, id } = await aServiceKey();
    const authorization = `Bearer ${key}`;
    await authenticate({ authorization });
    await app().admin.query("update api_keys set revoked_at = now() where id = $1", [id]);
    await authenticate({ authorization });
    receivesChanges = false;
    expect((await problemOf(authenticate({ authorization }))).code).toBe("unauthenticated");
  });

  test("a lookup that began before a change is not cached", async () => {
    const { key } = await aServiceKey();
    const actor = await bearer(key);
    const signals = createSignals(NOBODY);
    const cache = createActorCache(signals, () => true);
    let looked = 0;
    const find = async () => {
      looked++;
      if (looked === 1) signals.forgetCredentials("all");
      return { actor, expiresInMs: Number.POSITIVE_INFINITY };
    };
    for (let call = 0; call < 3; call++) await cache("key", find);
    expect(looked).toBe(2);
  });

  test("concurrent callers share one lookup, but not after a change or while changes cannot arrive", async () => {
    const { key } = await aServiceKey();
    const actor = await bearer(key);
    const signals = createSignals(NOBODY);
    let receivesChanges = true;
    const cache = createActorCache(signals, () => receivesChanges);
    const answers: (() => void)[] = [];
    const find = () =>
      new Promise<{ actor: typeof actor; expiresInMs: number }>((resolve) => {
        answers.push(() => resolve({ actor, expiresInMs: 0 }));
      });
    const lookups = [cache("key", find), cache("key", find), cache("other", find)];
    expect(answers).toHaveLength(2);
    signals.forgetCredentials("all");
    lookups.push(cache("key", find), cache("key", find));
    expect(answers).toHaveLength(3);
    receivesChanges = false;
    lookups.push(cache("key", find));
    expect(answers).toHaveLength(4);
    for (const answer of answers) answer();
    expect(await Promise.all(lookups)).toEqual(lookups.map(() => actor));
    await expect(cache("bad", () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  });

  test("the last use is written outside the request, at most once a minute, and its failure fails no request", async () => {
    const { key, id, owner } = await aServiceKey();
    await Promise.all(Array.from({ length: 8 }, () => bearer(key)));
    const lastUse = async () => {
      const { rows } = await app().admin.query("select last_used_at from api_keys where id = $1", [id]);
      return rows[0].last_used_at as string | null;
    };
    await expect.poll(lastUse).not.toBeNull();
    const first = await lastUse();
    app().signals.forgetCredentials("all");
    await bearer(key);
    expect(await lastUse()).toBe(first);

    const failures: unknown[] = [];
    const { env, signals } = app();
    const db = { ...app().db, transaction: () => Promise.reject(new Error("away")) };
    const authenticate = createAuthenticate({ db, env, signals, onLateFailure: (error) => failures.push(error) });
    await app().admin.query("update api_keys set last_used_at = null where id = $1", [id]);
    await authenticate({ authorization: `Bearer ${key}` });
    await expect.poll(() => failures.length).toBe(1);
    await app().call(revokeKey, owner, { id });
  });
});
