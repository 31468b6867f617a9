import { describe, expect, test } from "vitest";
import { aPerson, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { anEmail, anInvitation, ownFirst } from "../../test/harness/scene.ts";
import type { Actor, Role } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { listKeys } from "../keys/operations/list-keys.ts";
import { leaveWorkspace } from "./operations/leave-workspace.ts";
import { listInvitations } from "./operations/list-invitations.ts";
import { listMembers } from "./operations/list-members.ts";
import { removeMember } from "./operations/remove-member.ts";
import { transferWorkspace } from "./operations/transfer-workspace.ts";
import { updateMember } from "./operations/update-member.ts";
import { updateWorkspace } from "./operations/update-workspace.ts";

const app = useApp();
const CALLERS = 8;

async function aTeam() {
  const workspace = await aWorkspace(app());
  const person = (role: Role) => aPerson(app(), workspace.id, role);
  const [admin, member, viewer] = [await person("admin"), await person("member"), await person("viewer")];
  await ownFirst({ app: app(), owner: workspace.owner });
  return { workspace, id: workspace.id, owner: workspace.owner, admin, member, viewer };
}

async function rolesIn({ id, owner }: { id: string; owner: Actor }): Promise<Record<string, Role>> {
  const { items } = await app().call(listMembers, owner, { id });
  return Object.fromEntries(items.map(({ user_id, role }) => [user_id, role]));
}

describe("a role", () => {
  test("is changed by owner and admin, with a fact; the same role is nothing", async () => {
    const team = await aTeam();
    const { id, owner, admin, member } = team;
    const changed = await app().call(updateMember, admin, { id, user_id: member.id, role: "admin" });
    expect(changed).toMatchObject({ user_id: member.id, role: "admin" });
    await app().call(updateMember, owner, { id, user_id: member.id, role: "admin" });
    expect(await rolesIn(team)).toMatchObject({ [member.id]: "admin" });
    expect(await factsOf(app(), id)).toMatchObject([
      { type: "member.updated", actor_id: admin.id, subject_id: member.id, data: { from: "member", to: "admin" } },
    ]);
  });

  test("of the owner cannot be changed, and owner cannot be given", async () => {
    const { id, owner, admin, member } = await aTeam();
    for (const actor of [owner, admin]) {
      const problem = await problemOf(app().call(updateMember, actor, { id, user_id: owner.id, role: "viewer" }));
      expect(problem).toMatchObject({ code: "conflict", details: { next_step: expect.stringContaining("Transfer") } });
    }
    const second = app().call(updateMember, owner, { id, user_id: member.id, role: "owner" as never });
    expect((await problemOf(second)).code).toBe("invalid_input");
  });

  test("cannot be changed by a member or viewer, and not for a person who is no member", async () => {
    const { id, owner, member, viewer } = await aTeam();
    const stranger = await aPerson(app(), (await aWorkspace(app())).id, "member");
    for (const actor of [member, viewer]) {
      const own = app().call(updateMember, actor, { id, user_id: actor.id, role: "admin" });
      expect((await problemOf(own)).code).toBe("forbidden");
    }
    const foreign = app().call(updateMember, owner, { id, user_id: stranger.id, role: "admin" });
    expect((await problemOf(foreign)).code).toBe("not_found");
  });
});

describe("removing and leaving", () => {
  const WAYS = {
    removed: (team: Awaited<ReturnType<typeof aTeam>>) =>
      app().call(removeMember, team.owner, { id: team.id, user_id: team.admin.id, reason: "Moved on." }),
    left: (team: Awaited<ReturnType<typeof aTeam>>) => app().call(leaveWorkspace, team.admin, { id: team.id }),
  };

  test.each(Object.entries(WAYS))("%s: membership, keys and open invitations end together", async (name, way) => {
    const team = await aTeam();
    const { id, owner, admin } = team;
    const scopes = ["ingest" as const];
    const theirs = await app().call(createKey, admin, { kind: "service", name: "Theirs", scopes });
    const mine = await app().call(createKey, owner, { kind: "service", name: "Mine", scopes });
    const invitation = await anInvitation({ app: app(), owner: admin, workspace: team.workspace }, anEmail());
    await way(team);
    expect(await rolesIn(team)).not.toHaveProperty(admin.id);
    const keys = await app().call(listKeys, owner, {});
    const revoked = Object.fromEntries(keys.items.map((key) => [key.id, key.revoked_at !== null]));
    expect(revoked).toEqual({ [theirs.id]: true, [mine.id]: false });
    await expect(app().authenticate({ authorization: `Bearer ${theirs.key}` })).rejects.toMatchObject({ status: 401 });
    const { items } = await app().call(listInvitations, owner, { id });
    expect(items).toMatchObject([{ id: invitation.id, status: "revoked" }]);
    const types = (await factsOf(app(), id)).map(({ type }) => type);
    expect(types.slice(3)).toEqual([`member.${name}`, "key.revoked", "invitation.revoked"]);
    expect((await problemOf(way(team))).code).toBe("not_found");
  });

  test.each(Object.entries(WAYS))("%s: also when the clock was set back since they joined", async (_, way) => {
    const team = await aTeam();
    app().clock.offsetMs = -7_200_000;
    try {
      await way(team);
    } finally {
      app().clock.offsetMs = 0;
    }
    expect(await rolesIn(team)).not.toHaveProperty(team.admin.id);
  });

  test("is not for the owner", async () => {
    const { id, owner, admin } = await aTeam();
    const remove = app().call(removeMember, admin, { id, user_id: owner.id });
    expect((await problemOf(remove)).code).toBe("conflict");
    expect((await problemOf(app().call(leaveWorkspace, owner, { id }))).code).toBe("conflict");
  });

  test("by concurrent callers ends a membership once", async () => {
    const team = await aTeam();
    const { id, owner, admin, viewer } = team;
    const results = await Promise.allSettled([
      ...Array.from({ length: CALLERS }, () => app().call(removeMember, owner, { id, user_id: viewer.id })),
      app().call(leaveWorkspace, viewer, { id }),
      app().call(removeMember, admin, { id, user_id: viewer.id }),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await factsOf(app(), id)).map(({ type }) => type)).toHaveLength(1);
  });
});

describe("transferring a workspace", () => {
  test("makes the receiver the owner and the giver an admin, with one fact", async () => {
    const team = await aTeam();
    const { id, owner, member } = team;
    const received = await app().call(transferWorkspace, owner, { id, user_id: member.id });
    expect(received).toMatchObject({ user_id: member.id, role: "owner" });
    expect(await rolesIn(team)).toMatchObject({ [owner.id]: "admin", [member.id]: "owner" });
    expect(await factsOf(app(), id)).toMatchObject([
      { type: "workspace.transferred", data: { from_user_id: owner.id, to_user_id: member.id } },
    ]);
  });

  test("is only for the owner, to a member, and never of the own workspace", async () => {
    const { id, owner, admin, member } = await aTeam();
    expect((await problemOf(app().call(transferWorkspace, admin, { id, user_id: admin.id }))).code).toBe("forbidden");
    for (const user_id of [owner.id, (await aPerson(app(), (await aWorkspace(app())).id, "member")).id]) {
      expect((await problemOf(app().call(transferWorkspace, owner, { id, user_id }))).code).toBe("not_found");
    }
    const first = await aWorkspace(app());
    const guest = await aPerson(app(), first.id, "member");
    const own = app().call(transferWorkspace, first.owner, { id: first.id, user_id: guest.id });
    expect(await problemOf(own)).toMatchObject({ code: "conflict", message: expect.stringContaining("your own") });
    expect(member.role).toBe("member");
  });

  test("to several at once has one receiver, and there is one owner at every moment", async () => {
    const team = await aTeam();
    const { id, owner, admin, member, viewer } = team;
    const results = await Promise.allSettled(
      [admin, member, viewer].map(({ id: user_id }) => app().call(transferWorkspace, owner, { id, user_id })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(Object.values(await rolesIn(team)).filter((role) => role === "owner")).toHaveLength(1);
    expect(await factsOf(app(), id)).toHaveLength(1);
  });

  test("while the receiver leaves ends in one of both, never without an owner", async () => {
    for (let round = 0; round < CALLERS; round++) {
      const team = await aTeam();
      const { id, owner, member } = team;
      const results = await Promise.allSettled([
        app().call(transferWorkspace, owner, { id, user_id: member.id }),
        app().call(leaveWorkspace, member, { id }),
      ]);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(Object.values(await rolesIn(team)).filter((role) => role === "owner")).toHaveLength(1);
    }
  });
});

test("a workspace is renamed by owner and admin", async () => {
  const { id, owner, viewer } = await aTeam();
  await app().call(updateWorkspace, owner, { id, name: "Renamed" });
  await app().call(updateWorkspace, owner, { id, name: "Renamed" });
  expect(await factsOf(app(), id)).toMatchObject([{ type: "workspace.updated", data: { name: "Renamed" } }]);
  expect((await problemOf(app().call(updateWorkspace, viewer, { id, name: "Mine" }))).code).toBe("forbidden");
});
