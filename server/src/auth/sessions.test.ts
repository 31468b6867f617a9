import { describe, expect, test } from "vitest";
import { agentActor, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { listMembers } from "../workspaces/operations/list-members.ts";
import { getMe } from "./operations/get-me.ts";
import { listSessions } from "./operations/list-sessions.ts";
import { revokeOtherSessions } from "./operations/revoke-other-sessions.ts";
import { updateMe } from "./operations/update-me.ts";
import { signIn } from "./test-sign-in.ts";

const app = useApp();

const isOpen = (session: string) =>
  app()
    .authenticate({ session })
    .then(
      () => true,
      () => false,
    );

/** Signs one person in on several browsers. */
async function onBrowsers(count: number) {
  const first = await signIn(app());
  const sessions = [first.session];
  while (sessions.length < count) sessions.push((await signIn(app(), first.user.email)).session);
  const actors = await Promise.all(sessions.map((session) => app().authenticate({ session })));
  const [actor] = actors;
  if (!actor) throw new Error("Somebody is signed in.");
  return { ...first, actor, actors, sessions };
}

/** The person as a member of another person's workspace, which the request names. */
async function elsewhere({ user, session }: { user: { id: string }; session: string }) {
  const { id } = await aWorkspace(app());
  await app().admin.query("insert into members (workspace_id, user_id, role) values ($1, $2, 'admin')", [id, user.id]);
  return app().authenticate({ session, workspace: id });
}

async function endingsIn(workspace: string) {
  return (await factsOf(app(), workspace)).filter(({ type }) => type === "session.revoked");
}

test("the list of sessions marks the one in use", async () => {
  const { actors } = await onBrowsers(3);
  for (const actor of actors) {
    const { items } = await app().call(listSessions, actor, {});
    expect(items).toHaveLength(3);
    expect(items.filter(({ is_current }) => is_current).map(({ id }) => id)).toEqual([actor.session_id]);
  }
});

describe("ending all other sessions", () => {
  test("leaves the one in use and those of others, and is one fact; a second time is none", async () => {
    const { actor, sessions, user, workspace } = await onBrowsers(3);
    const stranger = await signIn(app());
    expect(await app().call(revokeOtherSessions, actor, {})).toEqual({ revoked: 2 });
    expect(await Promise.all(sessions.map(isOpen))).toEqual([true, false, false]);
    expect(await isOpen(stranger.session)).toBe(true);
    expect(await app().call(revokeOtherSessions, actor, {})).toEqual({ revoked: 0 });
    const data = { reason: "others", count: 2, kept_session_id: actor.session_id };
    expect(await endingsIn(workspace.id)).toMatchObject([{ actor_id: user.id, subject_id: user.id, data }]);
  });

  test("is forbidden to an agent, and conflicts where another workspace is chosen", async () => {
    const person = await onBrowsers(2);
    const agent = agentActor(person.workspace.id, person.user.id);
    expect((await problemOf(app().call(revokeOtherSessions, agent, {}))).code).toBe("forbidden");
    const guest = await elsewhere(person);
    expect((await problemOf(app().call(revokeOtherSessions, guest, {}))).code).toBe("conflict");
    expect(await Promise.all(person.sessions.map(isOpen))).toEqual([true, true]);
  });

  test("by all sessions at once: one is left, the others have ended, one fact", async () => {
    const { actors, sessions, workspace } = await onBrowsers(5);
    const answers = await Promise.allSettled(actors.map((actor) => app().call(revokeOtherSessions, actor, {})));
    const won = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
    const lost = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.code] : []));
    expect([won, lost]).toEqual([[{ revoked: 4 }], Array.from({ length: 4 }, () => "unauthenticated")]);
    expect((await Promise.all(sessions.map(isOpen))).filter(Boolean)).toHaveLength(1);
    expect(await endingsIn(workspace.id)).toHaveLength(1);
  });
});

describe("a person's name", () => {
  const nameFacts = async (workspace: string) =>
    (await factsOf(app(), workspace)).filter(({ type }) => type === "person.updated");

  test("is shown to themselves and to the members, and is a fact; the same again is none", async () => {
    const { actor, user, workspace } = await onBrowsers(1);
    expect(user.name).toBeNull();
    const named = { ...user, name: "Ada Lovelace" };
    expect(await app().call(updateMe, actor, { name: "Ada Lovelace" })).toEqual(named);
    expect(await app().call(updateMe, actor, { name: "Ada Lovelace" })).toEqual(named);
    expect((await app().call(getMe, actor, {})).user).toEqual(named);
    expect((await app().call(listMembers, actor, { id: workspace.id })).items).toMatchObject([
      { user_id: user.id, name: "Ada Lovelace" },
    ]);
    expect((await signIn(app(), user.email)).user).toEqual(named);
    expect(await nameFacts(workspace.id)).toMatchObject([{ subject_id: user.id, data: { name: "Ada Lovelace" } }]);
  });

  test.each(["", "   ", "x".repeat(101), "a\0b"])("is not %j", async (name) => {
    const { actor } = await onBrowsers(1);
    const problem = await problemOf(app().call(updateMe, actor, { name }));
    expect(problem.code).toBe("invalid_input");
    expect(new Set(problem.details.errors?.map(({ path }) => path))).toEqual(new Set(["/name"]));
  });

  test("is not changed by an agent, nor where another workspace is chosen", async () => {
    const person = await onBrowsers(1);
    const agent = agentActor(person.workspace.id, person.user.id);
    expect((await problemOf(app().call(updateMe, agent, { name: "Eve" }))).code).toBe("forbidden");
    expect((await problemOf(app().call(updateMe, await elsewhere(person), { name: "Eve" }))).code).toBe("conflict");
    expect((await app().call(getMe, person.actor, {})).user?.name).toBeNull();
  });

  test("changed by many at once to the same one is one fact", async () => {
    const { actor, workspace } = await onBrowsers(1);
    await Promise.all(Array.from({ length: 8 }, () => app().call(updateMe, actor, { name: "Grace" })));
    expect(await nameFacts(workspace.id)).toHaveLength(1);
  });
});
