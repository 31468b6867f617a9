import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { agentActor, aPerson, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { getMe } from "../auth/operations/get-me.ts";
import { listSessions } from "../auth/operations/list-sessions.ts";
import { revokeSession } from "../auth/operations/revoke-session.ts";
import { signIn } from "../auth/test-sign-in.ts";
import { systemActor } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { getTier, setTier } from "../tiers/index.ts";
import { createWorkspace } from "./operations/create-workspace.ts";
import { listMembers } from "./operations/list-members.ts";
import { listWorkspaces } from "./operations/list-workspaces.ts";

const app = useApp();

async function aSignedIn() {
  const person = await signIn(app());
  return { ...person, actor: await app().authenticate({ session: person.session }) };
}

async function joins(workspace: string, user: string, role: string) {
  await app().admin.query("insert into members (workspace_id, user_id, role) values ($1, $2, $3)", [
    workspace,
    user,
    role,
  ]);
}

describe("auth.me", () => {
  test("shows a person and the person's workspaces, the own one first", async () => {
    const { actor, user, workspace } = await aSignedIn();
    const team = await aWorkspace(app());
    await joins(team.id, user.id, "viewer");
    const answer = await app().call(getMe, actor, {});
    expect(answer).toEqual({
      authenticated: true,
      actor: { kind: "user", id: user.id },
      user,
      workspaces: [workspace, { id: team.id, name: "Test", role: "viewer" }],
      permissions: expect.arrayContaining(["auth:read", "keys:write"]),
    });
  });

  test("shows agents and services their one workspace and no person", async () => {
    const { id, owner } = await aWorkspace(app());
    const { key } = await app().call(createKey, owner, { kind: "service", name: "x", scopes: ["ingest"] });
    const service = await app().authenticate({ authorization: `Bearer ${key}` });
    for (const actor of [service, agentActor(id, randomUUID())]) {
      const { user, workspaces, permissions } = await app().call(getMe, actor, {});
      expect({ user, workspaces }).toEqual({ user: null, workspaces: [{ id, name: "Test", role: null }] });
      expect(new Set(permissions)).toEqual(actor.permissions);
    }
  });
});

describe("workspaces", () => {
  test("on the agency tier a person makes more, and the log of the new one begins with it", async () => {
    const { id, owner } = await aWorkspace(app());
    const made = await app().call(createWorkspace, owner, { name: "Second" });
    expect(made).toMatchObject({ name: "Second", role: "owner", tier_name: "free" });
    expect(await factsOf(app(), id)).toEqual([]);
    expect(await factsOf(app(), made.id)).toMatchObject([{ type: "workspace.created", actor_id: owner.id }]);
    const { items } = await app().call(listWorkspaces, owner, {});
    expect(items.map((item) => item.id)).toEqual([id, made.id]);
    const first = await app().call(listWorkspaces, owner, { limit: 1 });
    const rest = await app().call(listWorkspaces, owner, { limit: 1, cursor: first.next_cursor ?? "" });
    expect([...first.items, ...rest.items]).toEqual(items);
  });

  test("of the server's owner starts on the tier of the owner's own workspace, of anybody else on the free tier", async () => {
    const [ours, theirs] = [await aWorkspace(app()), await aWorkspace(app())];
    await app().admin.query("update installation set owner_user_id = $1", [ours.owner.id]);
    const made = await app().call(createWorkspace, ours.owner, { name: "Second" });
    const foreign = await app().call(createWorkspace, theirs.owner, { name: "Second" });
    expect([made.tier_name, foreign.tier_name]).toEqual(["agency", "free"]);
    expect(await app().call(getTier, { ...ours.owner, workspace: made.id }, {})).toMatchObject({ tier_name: "agency" });
    await app().call(setTier, systemActor("operator", ours.id), { tier_name: "pro" });
    const problem = await problemOf(app().call(createWorkspace, ours.owner, { name: "Third" }));
    expect(problem.code).toBe("tier_limit");
  });

  test.each(["free", "production", "pro"])("the %s tier has one alone", async (tier) => {
    const { id, owner } = await aWorkspace(app(), tier);
    const problem = await problemOf(app().call(createWorkspace, owner, { name: "Second" }));
    expect(problem).toMatchObject({ code: "tier_limit", details: { upgrade_required: true } });
    expect(await factsOf(app(), id)).toEqual([]);
  });

  test("are created from the own workspace, not from another person's", async () => {
    const { user, session } = await aSignedIn();
    const team = await aWorkspace(app());
    await joins(team.id, user.id, "admin");
    const actor = await app().authenticate({ session, workspace: team.id });
    expect((await problemOf(app().call(createWorkspace, actor, { name: "Second" }))).code).toBe("conflict");
  });

  test("neither agents, viewers nor blank names make one", async () => {
    const { id, owner } = await aWorkspace(app());
    for (const actor of [agentActor(id, randomUUID()), await aPerson(app(), id, "viewer")]) {
      expect((await problemOf(app().call(createWorkspace, actor, { name: "x" }))).code).toBe("forbidden");
    }
    expect((await problemOf(app().call(createWorkspace, owner, { name: " " }))).code).toBe("invalid_input");
  });
});

describe("members", () => {
  test("are listed for each member, page by page, without those who left", async () => {
    const { id, owner } = await aWorkspace(app());
    const viewer = await aPerson(app(), id, "viewer");
    const gone = await aPerson(app(), id, "admin");
    await app().admin.query("update members set ended_at = bailiwick_now() where user_id = $1", [gone.id]);
    const { items } = await app().call(listMembers, viewer, { id });
    expect(items.map(({ user_id, role }) => [user_id, role]).sort()).toEqual(
      [
        [owner.id, "owner"],
        [viewer.id, "viewer"],
      ].sort(),
    );
    const first = await app().call(listMembers, viewer, { id, limit: 1 });
    const rest = await app().call(listMembers, viewer, { id, limit: 1, cursor: first.next_cursor ?? "" });
    expect([...first.items, ...rest.items]).toEqual(items);
  });

  test("of another workspace of mine are listed where that one is chosen", async () => {
    const { actor: own, user, session } = await aSignedIn();
    const team = await aWorkspace(app());
    await joins(team.id, user.id, "viewer");
    expect((await problemOf(app().call(listMembers, own, { id: team.id }))).code).toBe("not_found");
    const actor = await app().authenticate({ session, workspace: team.id });
    expect((await app().call(listMembers, actor, { id: team.id })).items).toHaveLength(2);
  });

  test("of a foreign, unknown or left workspace are not found, and agents may not ask", async () => {
    const { id, owner } = await aWorkspace(app());
    const other = await aWorkspace(app());
    await app().admin.query(
      "insert into members (workspace_id, user_id, role, ended_at) values ($1, $2, 'owner', bailiwick_now())",
      [other.id, owner.id],
    );
    for (const foreign of [other.id, (await aWorkspace(app())).id, randomUUID()]) {
      expect((await problemOf(app().call(listMembers, owner, { id: foreign }))).code).toBe("not_found");
    }
    const agent = agentActor(id, randomUUID());
    expect((await problemOf(app().call(listMembers, agent, { id }))).code).toBe("forbidden");
  });
});

describe("own sessions", () => {
  test("are listed newest first and ended one by one, at once", async () => {
    const { actor, session, user, workspace } = await aSignedIn();
    const second = await signIn(app(), user.email);
    const { items } = await app().call(listSessions, actor, {});
    expect(items).toHaveLength(2);
    const [newest] = items;
    if (!newest) throw new Error("No session.");
    await app().authenticate({ session: second.session });
    await app().call(revokeSession, actor, { id: newest.id });
    expect((await problemOf(app().authenticate({ session: second.session }))).code).toBe("unauthenticated");
    expect((await app().authenticate({ session })).id).toBe(user.id);
    await app().call(revokeSession, actor, { id: newest.id });
    const facts = await factsOf(app(), workspace.id, newest.id);
    expect(facts.map(({ type }) => type)).toEqual(["session.created", "session.revoked"]);
    expect((await app().call(listSessions, actor, {})).items).toHaveLength(1);
  });

  test("ended by many at once is one fact", async () => {
    const { actor, user, workspace } = await aSignedIn();
    await signIn(app(), user.email);
    const { items } = await app().call(listSessions, actor, {});
    const id = items[0]?.id ?? "";
    await Promise.all(Array.from({ length: 8 }, () => app().call(revokeSession, actor, { id })));
    expect(await factsOf(app(), workspace.id, id)).toHaveLength(2);
  });

  test("that ends itself by many at once does so once: the others come with an ended session", async () => {
    const { actor, workspace } = await aSignedIn();
    const { items } = await app().call(listSessions, actor, {});
    const id = items[0]?.id ?? "";
    const calls = Array.from({ length: 8 }, () => app().call(revokeSession, actor, { id }));
    const codes = (await Promise.allSettled(calls)).map((one) => (one.status === "rejected" ? one.reason.code : "ok"));
    expect(codes.sort()).toEqual(["ok", ...Array.from({ length: 7 }, () => "unauthenticated")]);
    expect(await factsOf(app(), workspace.id, id)).toHaveLength(2);
  });

  test("another person's session is not found", async () => {
    const { actor } = await aSignedIn();
    const other = await aSignedIn();
    const { items } = await app().call(listSessions, other.actor, {});
    const problem = await problemOf(app().call(revokeSession, actor, { id: items[0]?.id ?? "" }));
    expect(problem.code).toBe("not_found");
    expect((await app().authenticate({ session: other.session })).id).toBe(other.user.id);
  });

  test("end only in the own workspace, and keys have none", async () => {
    const { user, session } = await aSignedIn();
    const team = await aWorkspace(app());
    await joins(team.id, user.id, "viewer");
    const guest = await app().authenticate({ session, workspace: team.id });
    const problem = await problemOf(app().call(revokeSession, guest, { id: randomUUID() }));
    expect(problem.code).toBe("conflict");
    const agent = agentActor(team.id, randomUUID());
    expect((await problemOf(app().call(listSessions, agent, {}))).code).toBe("forbidden");
  });
});

test("the working role reads no table of people, and no key's hash", async () => {
  const { id } = await aWorkspace(app());
  const reads = ["users", "sign_in_links", "sessions", "request_buckets"].map((table) => `select from ${table}`);
  for (const text of [...reads, "select key_hash from api_keys", "delete from members", "delete from api_keys"]) {
    const answer = app().db.transaction(id, (tx) => tx.statement(text, text, []));
    await expect(answer).rejects.toThrow("permission denied");
  }
});
