import { describe, expect, test } from "vitest";
import {
  aPerson,
  aWorkspace,
  factsOf,
  problemOf,
  requestInfo,
  type TestWorkspace,
  useApp,
} from "../../test/harness/harness.ts";
import { anEmail, anInvitation } from "../../test/harness/scene.ts";
import { later } from "../../test/harness/team.ts";
import { signIn, tokenIn } from "../auth/test-sign-in.ts";
import type { Actor } from "../kernel/actor.ts";
import { acceptInvitation } from "./operations/accept-invitation.ts";
import { createInvitation } from "./operations/create-invitation.ts";
import { listInvitations } from "./operations/list-invitations.ts";
import { listMembers } from "./operations/list-members.ts";
import { removeMember } from "./operations/remove-member.ts";
import { revokeInvitation } from "./operations/revoke-invitation.ts";
import { INVITATIONS_OPEN_MAX } from "./rules.ts";

const app = useApp();
const WEEK_SECONDS = 7 * 86_400;

/** A person with an own workspace who is no member of the other. */
async function aStranger(): Promise<Actor & { email: string }> {
  const { owner } = await aWorkspace(app(), "free");
  return { ...owner, email: `${owner.id}@example.org` };
}

const invite = (workspace: TestWorkspace, email: string, role: "admin" | "member" | "viewer" = "member") =>
  anInvitation({ app: app(), owner: workspace.owner, workspace }, email, role);
const accept = (actor: Actor, token: string) => app().call(acceptInvitation, actor, { token });

async function membersOf({ id, owner }: TestWorkspace): Promise<string[]> {
  return (await app().call(listMembers, owner, { id })).items.map(({ user_id }) => user_id);
}

describe("an invitation", () => {
  test("is sent by mail, works once, and stores a fact in the joined workspace", async () => {
    const workspace = await aWorkspace(app());
    const stranger = await aStranger();
    const { id, token } = await invite(workspace, stranger.email.toUpperCase(), "viewer");
    expect(app().mails.at(-1)).toMatchObject({ to: stranger.email, text: expect.stringContaining(token) });
    const joined = await accept(stranger, token);
    expect(joined).toEqual({ workspace: { id: workspace.id, name: "Test", role: "viewer" } });
    expect(await membersOf(workspace)).toContain(stranger.id);
    expect(await factsOf(app(), workspace.id)).toMatchObject([
      { type: "invitation.created", data: { role: "viewer" } },
      { type: "member.joined", actor_id: stranger.id, data: { invitation_id: id, role: "viewer" } },
    ]);
    expect(await factsOf(app(), stranger.workspace)).toEqual([]);
    const log = JSON.stringify(await factsOf(app(), workspace.id));
    expect([log.includes(token), log.includes(stranger.email)]).toEqual([false, false]);
  });

  test("is listed with its status, and never with its token", async () => {
    const workspace = await aWorkspace(app());
    const [first, second] = [await aStranger(), await aStranger()];
    const replaced = await invite(workspace, first.email);
    const open = await invite(workspace, first.email);
    const accepted = await invite(workspace, second.email);
    await accept(second, accepted.token);
    const input = { id: workspace.id };
    const { items } = await app().call(listInvitations, workspace.owner, input);
    expect(items.map(({ id, status }) => [id, status])).toEqual([
      [accepted.id, "accepted"],
      [open.id, "open"],
      [replaced.id, "replaced"],
    ]);
    const late = await later(app(), WEEK_SECONDS, () =>
      app().call(listInvitations, workspace.owner, { ...input, status: "expired" }),
    );
    expect(late.items.map(({ id }) => id)).toEqual([open.id]);
    expect(JSON.stringify(items)).not.toContain(open.token);
  });

  test("that is wrong, used, replaced, revoked, expired or another person's gets the same refusal", async () => {
    const workspace = await aWorkspace(app());
    const [stranger, other] = [await aStranger(), await aStranger()];
    const used = await invite(workspace, stranger.email);
    await accept(stranger, used.token);
    await app().call(removeMember, workspace.owner, { id: workspace.id, user_id: stranger.id });
    const replaced = await invite(workspace, stranger.email);
    const revoked = await invite(workspace, stranger.email);
    await app().call(revokeInvitation, workspace.owner, { id: workspace.id, invitation_id: revoked.id });
    const foreign = await invite(workspace, other.email);
    const before = await membersOf(workspace);
    const tokens = [used, replaced, revoked, foreign].map(({ token }) => token);
    const problems = await Promise.all(
      [...tokens, `${foreign.token.slice(0, -1)}!`, "x"].map((token) => problemOf(accept(stranger, token))),
    );
    const open = await invite(workspace, stranger.email);
    problems.push(await later(app(), WEEK_SECONDS, () => problemOf(accept(stranger, open.token))));
    for (const { code, message, details } of problems)
      expect({ code, message, details }).toEqual({
        code: "invalid_token",
        message: problems[0]?.message,
        details: problems[0]?.details,
      });
    expect(await membersOf(workspace)).toEqual(before);
  });

  test("lets a removed person join again, with the role of the invitation", async () => {
    const workspace = await aWorkspace(app());
    const stranger = await aStranger();
    await accept(stranger, (await invite(workspace, stranger.email, "admin")).token);
    await app().call(removeMember, workspace.owner, { id: workspace.id, user_id: stranger.id });
    const { token } = await invite(workspace, stranger.email, "viewer");
    expect(await accept(stranger, token)).toMatchObject({ workspace: { role: "viewer" } });
  });

  test("changes nothing for a person who joined by another invitation", async () => {
    const workspace = await aWorkspace(app());
    const stranger = await aStranger();
    const { token } = await invite(workspace, stranger.email, "admin");
    await app().admin.query("insert into members (workspace_id, user_id, role) values ($1, $2, 'viewer')", [
      workspace.id,
      stranger.id,
    ]);
    expect(await accept(stranger, token)).toMatchObject({ workspace: { role: "viewer" } });
    expect((await factsOf(app(), workspace.id)).at(-1)?.type).toBe("invitation.accepted");
  });
});

describe("inviting", () => {
  test("is for owner and admin, on the agency tier, and not for a member's address", async () => {
    const workspace = await aWorkspace(app());
    const { id, owner } = workspace;
    const member = await aPerson(app(), id, "member");
    const input = { id, email: anEmail(), role: "member" as const };
    expect((await problemOf(app().call(createInvitation, member, input))).code).toBe("forbidden");
    const known = { ...input, email: `${member.id}@example.org` };
    expect((await problemOf(app().call(createInvitation, owner, known))).code).toBe("conflict");
    const free = await aWorkspace(app(), "pro");
    const limited = app().call(createInvitation, free.owner, { ...input, id: free.id });
    expect(await problemOf(limited)).toMatchObject({ code: "tier_limit", details: { upgrade_required: true } });
    expect(await factsOf(app(), id)).toEqual([]);
  });

  test("takes an international address, and all lists show it in its script", async () => {
    const workspace = await aWorkspace(app());
    const { id, owner } = workspace;
    const [name] = anEmail().split("@");
    const typed = { id, email: ` ${name}@MÜNCHEN.example`, role: "member" as const };
    const email = `${name}@münchen.example`;
    const sent = await app().call(createInvitation, owner, typed);
    expect(sent.email).toBe(email);
    expect((await app().call(listInvitations, owner, { id })).items).toMatchObject([{ email }]);
    const { text = "" } = app().mails.at(-1) ?? {};
    const guest = await app().authenticate({ session: (await signIn(app(), email)).session });
    await accept(guest, tokenIn(text));
    expect((await app().call(listMembers, owner, { id })).items.map((member) => member.email)).toContain(email);
    expect((await problemOf(app().call(createInvitation, owner, typed))).code).toBe("conflict");
  });

  test("one address has a limit over all senders", async () => {
    const email = anEmail();
    const workspaces = await Promise.all(Array.from({ length: 6 }, () => aWorkspace(app())));
    const results = await Promise.allSettled(workspaces.map((workspace) => invite(workspace, email)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });

  test("by concurrent callers leaves one open invitation of an address, and no more than the limit", async () => {
    const workspace = await aWorkspace(app());
    const email = anEmail();
    await Promise.allSettled(Array.from({ length: 4 }, () => invite(workspace, email)));
    const list = { id: workspace.id, status: "open" as const };
    expect((await app().call(listInvitations, workspace.owner, list)).items).toHaveLength(1);
    await app().admin.query(
      `insert into invitations (workspace_id, id, email, role, token_hash, invited_by_user_id, expires_at)
       select $1, gen_random_uuid(), n || '@full.example.org', 'viewer', gen_random_uuid(), $2, now() + interval '1 day'
       from generate_series(1, $3) n`,
      [workspace.id, workspace.owner.id, INVITATIONS_OPEN_MAX - 4],
    );
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => invite(workspace, anEmail())));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });

  test("a repeat with one idempotency key is one invitation and one mail, and its stored answer is sealed", async () => {
    const workspace = await aWorkspace(app());
    const before = app().mails.length;
    const input = { id: workspace.id, email: anEmail(), role: "member" as const };
    const call = { input, request: requestInfo(), idempotencyKey: "once" };
    const [one, two] = [
      await app().dispatcher.dispatch(createInvitation, workspace.owner, call),
      await app().dispatcher.dispatch(createInvitation, workspace.owner, call),
    ];
    expect(two.output).toEqual(one.output);
    expect(app().mails).toHaveLength(before + 1);
    const { rows } = await app().admin.query("select answer from idempotency_answers where workspace_id = $1", [
      workspace.id,
    ]);
    expect(rows).toEqual([{ answer: null }]);
  });
});

describe("concurrent calls", () => {
  test("accept one token once", async () => {
    const workspace = await aWorkspace(app());
    const stranger = await aStranger();
    const { token } = await invite(workspace, stranger.email);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => accept(stranger, token)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const facts = await factsOf(app(), workspace.id);
    expect(facts.filter(({ type }) => type === "member.joined")).toHaveLength(1);
  });

  test("either accept or revoke an invitation", async () => {
    for (let round = 0; round < 8; round++) {
      const workspace = await aWorkspace(app());
      const stranger = await aStranger();
      const { id, token } = await invite(workspace, stranger.email);
      const [accepted, revoked] = await Promise.allSettled([
        accept(stranger, token),
        app().call(revokeInvitation, workspace.owner, { id: workspace.id, invitation_id: id }),
      ]);
      expect([accepted.status, revoked.status].sort()).toEqual(["fulfilled", "rejected"]);
      expect((await membersOf(workspace)).includes(stranger.id)).toBe(accepted.status === "fulfilled");
    }
  });
});

test("a mail contains the workspace's name on one line, without control characters", async () => {
  const workspace = await aWorkspace(app());
  const name = "Ours\r\nBcc: everybody@example.org\u2028 ok";
  await app().admin.query("update workspaces set name = $2 where workspace_id = $1", [workspace.id, name]);
  await invite(workspace, anEmail());
  expect(app().mails.at(-1)?.subject).toBe("You are invited to the workspace Ours Bcc: everybody@example.org ok");
});
