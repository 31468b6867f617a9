/** A change of credentials removes the concerned actors from the cache, and no others. */
import { expect, test } from "vitest";
import { aPerson, aWorkspace, requestInfo, useApp } from "../../test/harness/harness.ts";
import type { Whose } from "../kernel/signals.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { revokeKey } from "../keys/operations/revoke-key.ts";
import { updateMember } from "../workspaces/operations/update-member.ts";
import { logOut } from "./operations/log-out.ts";
import { revokeOtherSessions } from "./operations/revoke-other-sessions.ts";
import { signIn } from "./test-sign-in.ts";

const app = useApp();

function listen(): Whose[] {
  const signalled: Whose[] = [];
  app().signals.onCredentials((whose) => void signalled.push(whose));
  return signalled;
}

async function aKey() {
  const { id: workspace, owner } = await aWorkspace(app());
  const made = await app().call(createKey, owner, { kind: "service", name: "x", scopes: ["ingest"] });
  return { workspace, owner, ...made };
}

const bearer = (key: string) => app().authenticate({ authorization: `Bearer ${key}` });

test("a change signals its workspace and its caller; a repeat signals nothing", async () => {
  const { workspace, owner, id } = await aKey();
  const member = await aPerson(app(), workspace, "member");
  const signalled = listen();
  const once = { idempotencyKey: "once" };
  await app().call(revokeKey, owner, { id }, once);
  expect(signalled).toEqual([[workspace, owner.id]]);
  await app().call(revokeKey, owner, { id }, once);
  await app().call(revokeKey, owner, { id });
  await app().call(updateMember, owner, { id: workspace, user_id: member.id, role: "member" });
  expect(signalled).toHaveLength(1);
});

test("actors of other workspaces stay in the cache", async () => {
  const [mine, other] = [await aKey(), await aKey()];
  for (const { key } of [mine, other]) await bearer(key);
  // The test changes the row without the server, so that only a new lookup would notice.
  await app().admin.query("update api_keys set revoked_at = now() where id = any ($1)", [[mine.id, other.id]]);
  const third = await app().call(createKey, mine.owner, { kind: "service", name: "x", scopes: ["ingest"] });
  await app().call(revokeKey, mine.owner, { id: third.id });
  await expect(bearer(mine.key)).rejects.toMatchObject({ code: "unauthenticated" });
  expect((await bearer(other.key)).id).toBe(other.id);
});

test("a person's sessions end in every workspace in which they are cached", async () => {
  const team = await aWorkspace(app());
  const [first, second] = [await signIn(app()), await signIn(app())];
  const again = await signIn(app(), first.user.email);
  await app().admin.query("insert into members (workspace_id, user_id, role) values ($1, $2, 'viewer')", [
    team.id,
    first.user.id,
  ]);
  const inTeam = () => app().authenticate({ session: again.session, workspace: team.id });
  await inTeam();
  await app().authenticate({ session: second.session });
  await app().call(revokeOtherSessions, await app().authenticate({ session: first.session }), {});
  await expect(inTeam()).rejects.toMatchObject({ code: "unauthenticated" });
  const signalled = listen();
  const request = { ...requestInfo(), session: second.session };
  await app().dispatcher.dispatchPublic(logOut, { input: {}, request });
  await app().dispatcher.dispatchPublic(logOut, { input: {}, request });
  expect(signalled).toEqual([[second.user.id]]);
  await expect(app().authenticate({ session: second.session })).rejects.toMatchObject({ code: "unauthenticated" });
});
