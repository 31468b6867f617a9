/** The response shows a link only on the server's machine, and never when an agent could gain rights by it. */
import pg from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aPerson, aWorkspace, requestInfo, type TestWorkspace, useApp } from "../../test/harness/harness.ts";
import type { Delivery } from "../kernel/environment.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { revokeKey } from "../keys/operations/revoke-key.ts";
import { createInvitation } from "../workspaces/operations/create-invitation.ts";
import { requestMagicLink } from "./operations/request-magic-link.ts";
import { anAddress, anEmail, requestLink, signIn } from "./test-sign-in.ts";

const app = useApp();
afterEach(() => {
  app().env.delivery = "terminal";
  app().clock.offsetMs = 0;
});

interface LinkAnswer {
  message: string;
  dev_link?: string;
}

async function ask(email: string, at_this_machine = true): Promise<LinkAnswer> {
  const request = { ...requestInfo(), ip: anAddress(), at_this_machine };
  const { output, status } = await app().dispatcher.dispatchPublic(requestMagicLink, { input: { email }, request });
  expect(status).toBe(202);
  return output as LinkAnswer;
}

const isShown = async (email: string) => "dev_link" in (await ask(email));
const emailOf = ({ id }: { id: string }) => `${id}@example.org`;
const mailTo = (email: string) => app().mails.findLast(({ to }) => to === email);

async function aKey({ owner }: TestWorkspace, more: { expires_at?: string } = {}): Promise<string> {
  return (await app().call(createKey, owner, { kind: "service", name: "ci", scopes: ["ingest"], ...more })).id;
}

describe("at this machine", () => {
  test("a new person sees the link, and so does a person in no workspace that has a key", async () => {
    expect(await isShown(anEmail())).toBe(true);
    expect(await isShown((await signIn(app())).user.email)).toBe(true);
    const workspace = await aWorkspace(app());
    await anAgent(app(), workspace);
    expect(await isShown(emailOf(workspace.owner))).toBe(true);
  });

  test("a person in a workspace that has a key finds the link in the terminal, for every role and kind of key", async () => {
    const workspace = await aWorkspace(app());
    const people = [workspace.owner, await aPerson(app(), workspace.id, "viewer")];
    const id = await aKey(workspace);
    for (const person of people) {
      const { message, dev_link } = await ask(emailOf(person).toUpperCase());
      expect([dev_link, message]).toEqual([undefined, expect.stringContaining("The terminal of this server shows")]);
      expect(mailTo(emailOf(person))).toMatchObject({ isOpen: false, text: expect.stringContaining("token=") });
    }
    await app().call(revokeKey, workspace.owner, { id });
    expect(await isShown(emailOf(workspace.owner))).toBe(true);
    const agent = await anAgent(app(), workspace);
    await app().call(createKey, workspace.owner, { kind: "agent", agent_id: agent.id, name: "Agent" });
    expect(await isShown(emailOf(workspace.owner))).toBe(false);
  });

  test("a key counts until it expires, and a membership until it ends", async () => {
    const workspace = await aWorkspace(app());
    await aKey(workspace, { expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    const member = await aPerson(app(), workspace.id, "member");
    expect(await isShown(emailOf(member))).toBe(false);
    const ended = "update members set ended_at = joined_at where user_id = $1";
    await app().admin.query(ended, [member.id]);
    expect(await isShown(emailOf(member))).toBe(true);
    app().clock.offsetMs = 3_700_000;
    expect(await isShown(emailOf(workspace.owner))).toBe(true);
  });

  test("keys of other workspaces do not hide the link", async () => {
    await aKey(await aWorkspace(app()));
    expect(await isShown(emailOf((await aWorkspace(app())).owner))).toBe(true);
  });

  test("a mail may be read by anybody on the machine only where the answer shows the link", async () => {
    const [email, other] = [anEmail(), anEmail()];
    await ask(email);
    await ask(other, false);
    expect([mailTo(email)?.isOpen, mailTo(other)?.isOpen]).toEqual([true, false]);
  });
});

describe("elsewhere", () => {
  test("no caller sees a link, and known and unknown addresses get the same answer after the same work", async () => {
    const { user } = await signIn(app());
    const workspace = await aWorkspace(app());
    await aKey(workspace);
    const query = vi.spyOn(pg.Client.prototype, "query");
    const responses = [];
    for (const email of [user.email, emailOf(workspace.owner), anEmail()]) {
      query.mockClear();
      const answer = await ask(email, false);
      const statements = query.mock.calls.map(([statement]: unknown[]) =>
        typeof statement === "string" ? statement : (statement as pg.QueryConfig).name,
      );
      expect(statements).toContain("auth.issue-link");
      responses.push(JSON.stringify([answer, statements]).replaceAll(email, "EMAIL"));
    }
    query.mockRestore();
    expect(new Set(responses).size).toBe(1);
    expect(responses[0]).not.toContain("dev_link");
  });

  test.each(["smtp", "none"] satisfies Delivery[])(
    "nor with the delivery %s, at this machine either",
    async (delivery) => {
      app().env.delivery = delivery;
      expect(await isShown(anEmail())).toBe(false);
    },
  );

  test("without a mail server the message names who can help, and no link is created", async () => {
    app().env.delivery = "none";
    const email = anEmail();
    expect((await ask(email, false)).message).toContain(`bailiwick sign-in-link ${email}`);
    expect(await requestLink(app(), email)).toBe("");
    const { rows } = await app().admin.query("select from sign_in_links where email = $1", [email]);
    expect(rows).toEqual([]);
  });
});

test("an invitation shows its link at this machine alone, and its mail is for those with the code", async () => {
  const { id, owner } = await aWorkspace(app());
  const invite = async (at_this_machine: boolean) => {
    const input = { id, email: anEmail(), role: "member" };
    const call = { input, request: { ...requestInfo(), at_this_machine } };
    const { output } = await app().dispatcher.dispatch(createInvitation, owner, call);
    expect(mailTo(input.email)?.isOpen).toBeUndefined();
    return output;
  };
  expect(await invite(true)).toHaveProperty("dev_link");
  expect(await invite(false)).not.toHaveProperty("dev_link");
  app().env.delivery = "none";
  expect(await invite(false)).toHaveProperty("dev_link");
  app().env.delivery = "smtp";
  expect(await invite(true)).not.toHaveProperty("dev_link");
});
