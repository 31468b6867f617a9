import { describe, expect, test } from "vitest";
import { factsOf, problemOf, requestInfo, useApp } from "../../test/harness/harness.ts";
import type { Environment } from "../kernel/environment.ts";
import { logOut } from "./operations/log-out.ts";
import { requestMagicLink } from "./operations/request-magic-link.ts";
import { createLocalOwnerSession, createOwnerLink, createSignInLink, isOwnerKnown } from "./owner.ts";
import { LINKS_VALID_MAX } from "./rules.ts";
import { anAddress, anEmail, redeem, requestLink, signIn, signOut, tokenIn } from "./test-sign-in.ts";

const app = useApp();

function withOwner(env: Environment, ownerEmail: string): Environment {
  return { ...env, settings: { ...env.settings, ownerEmail } };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

function request(email: string) {
  const call = { input: { email }, request: { ...requestInfo(), ip: anAddress() } };
  return app().dispatcher.dispatchPublic(requestMagicLink, call);
}

describe("asking for a link", () => {
  test("answers 202 and mails the link to the address in lower case", async () => {
    const email = anEmail();
    const answer = await request(email.toUpperCase());
    expect(answer.status).toBe(202);
    const mail = app().mails.find(({ to }) => to === email);
    const { dev_link } = answer.output as { dev_link: string };
    expect(mail?.text).toContain(dev_link);
    expect(dev_link).toMatch(/^http:\/\/127\.0\.0\.1:7300\/sign-in\?token=[A-Za-z0-9_-]{43}$/);
  });

  test.each(["", "nobody", "a@localhost", "a b@example.org", "a@ü"])("refuses %j", async (email) => {
    expect((await problemOf(request(email))).code).toBe("invalid_input");
  });

  test("stores no token", async () => {
    const token = await requestLink(app(), anEmail());
    const { rows } = await app().admin.query("select from sign_in_links where token_hash = $1", [token]);
    expect(rows).toHaveLength(0);
  });
});

describe("verifying a link", () => {
  test("makes person, own free workspace and ownership, and stores the fact there", async () => {
    const email = anEmail();
    const { user, workspace } = await redeem(app(), await requestLink(app(), email));
    expect(user.email).toBe(email);
    expect(workspace).toMatchObject({ name: email.split("@")[0], role: "owner" });
    const { rows } = await app().admin.query("select tier_name from workspaces where workspace_id = $1", [
      workspace.id,
    ]);
    expect(rows).toEqual([{ tier_name: "free" }]);
    const facts = await factsOf(app(), workspace.id);
    expect(facts).toMatchObject([{ type: "session.created", actor_kind: "user", actor_id: user.id }]);
  });

  test("signs the same person in again, into the same workspace", async () => {
    const first = await signIn(app());
    const second = await signIn(app(), first.user.email.toUpperCase());
    expect(second.user).toEqual(first.user);
    expect(second.workspace).toEqual(first.workspace);
    expect(second.session).not.toBe(first.session);
  });

  test("two of one token: one wins, one session, one fact", async () => {
    const token = await requestLink(app(), anEmail());
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => redeem(app(), token)));
    const won = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
    const lost = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.code] : []));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["invalid_token"]));
    const [winner] = won;
    const { rows } = await app().admin.query("select from sessions where user_id = $1", [winner?.user.id]);
    expect(rows).toHaveLength(1);
    expect(await factsOf(app(), winner?.workspace.id ?? "")).toHaveLength(1);
  });

  test("makes one person and one workspace, however often at once", async () => {
    const email = `owner-${anEmail()}`;
    const env = withOwner(app().env, email);
    const links = await Promise.all(Array.from({ length: 6 }, () => createOwnerLink(app().db, env)));
    const tokens = links.map((link) => tokenIn(link()));
    const sessions = Promise.all(Array.from({ length: 6 }, () => createLocalOwnerSession(app().db, env)));
    const signedIn = await Promise.allSettled(tokens.map((token) => redeem(app(), token)));
    expect(signedIn.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(new Set((await sessions).map(({ workspace }) => workspace)).size).toBe(1);
    const { rows } = await app().admin.query(
      "select m.workspace_id from users u join members m on m.user_id = u.id where u.email = $1",
      [email],
    );
    expect(rows).toHaveLength(1);
  });

  test("bad, used, voided, expired and tampered tokens are all answered alike", async () => {
    const email = anEmail();
    const voided = await requestLink(app(), email);
    for (let count = 1; count < LINKS_VALID_MAX; count++) await requestLink(app(), email);
    const used = await requestLink(app(), email);
    await redeem(app(), used);
    const expired = await requestLink(app(), email);
    const tampered = `${expired.slice(0, -1)}${expired.endsWith("A") ? "E" : "A"}`;
    const answers = [];
    for (const token of ["x", voided, used, tampered]) answers.push(await problemOf(redeem(app(), token)));
    app().clock.offsetMs = 15 * MINUTE_MS + 1_000;
    answers.push(await problemOf(redeem(app(), expired)));
    app().clock.offsetMs = 0;
    const bodies = answers.map(({ code, status, message, details }) =>
      JSON.stringify({ code, status, message, details }),
    );
    expect(answers[0]?.code).toBe("invalid_token");
    expect(new Set(bodies).size).toBe(1);
  });

  test("a link is good until its fifteenth minute", async () => {
    const token = await requestLink(app(), anEmail());
    app().clock.offsetMs = 14.9 * MINUTE_MS;
    await redeem(app(), token).finally(() => {
      app().clock.offsetMs = 0;
    });
  });
});

describe("links of one address", () => {
  test("the last three are valid, and a fourth voids the oldest alone", async () => {
    const links = [];
    const email = anEmail();
    for (let count = 0; count < LINKS_VALID_MAX + 1; count++) links.push(await requestLink(app(), email));
    const [voided = "", oldest = "", ...others] = links;
    expect((await problemOf(redeem(app(), voided))).code).toBe("invalid_token");
    await redeem(app(), oldest);
    for (const token of others) expect((await problemOf(redeem(app(), token))).code).toBe("invalid_token");
    await redeem(app(), await requestLink(app(), email));
  });

  test("three used at once, each by several: one is spent, with one session and one fact", async () => {
    const email = anEmail();
    const tokens = [await requestLink(app(), email), await requestLink(app(), email), await requestLink(app(), email)];
    const answers = await Promise.allSettled([...tokens, ...tokens, ...tokens].map((token) => redeem(app(), token)));
    const won = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
    const lost = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.code] : []));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["invalid_token"]));
    const { rows } = await app().admin.query("select from sessions where user_id = $1", [won[0]?.user.id]);
    expect(rows).toHaveLength(1);
    expect(await factsOf(app(), won[0]?.workspace.id ?? "")).toHaveLength(1);
  });

  test("requested and used at the same time: the remaining ones were requested after the use", async () => {
    const email = anEmail();
    const first = await requestLink(app(), email);
    const [, ...requested] = await Promise.all([
      redeem(app(), first),
      ...[1, 2, 3].map(() => requestLink(app(), email)),
    ]);
    const { rows } = await app().admin.query("select from sign_in_links where email = $1", [email]);
    expect(rows.length).toBeLessThanOrEqual(requested.length);
    // None is left half voided: what is stored signs in, and then none is left.
    const results = await Promise.allSettled(requested.map((token) => redeem(app(), token)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(Math.min(1, rows.length));
  });

  test("a link for the terminal voids no requested link", async () => {
    const email = anEmail();
    const requested = await requestLink(app(), email);
    for (let count = 0; count < 5; count++) await createSignInLink(app().db, app().env, email);
    await redeem(app(), requested);
  });

  test("a link made after the clock was set back is the newest", async () => {
    const email = anEmail();
    app().clock.offsetMs = 2 * HOUR_MS;
    for (let count = 0; count < LINKS_VALID_MAX; count++) await requestLink(app(), email);
    app().clock.offsetMs = 0;
    await redeem(app(), await requestLink(app(), email));
  });
});

describe("sessions", () => {
  test("the session a browser had before ends at sign-in", async () => {
    const first = await signIn(app());
    await app().authenticate({ session: first.session });
    const second = await redeem(app(), await requestLink(app(), first.user.email), { session: first.session });
    expect((await problemOf(app().authenticate({ session: first.session }))).code).toBe("unauthenticated");
    const actor = await app().authenticate({ session: second.session });
    expect(actor.id).toBe(first.user.id);
    const { rows } = await app().admin.query("select id, revoked_at from sessions where user_id = $1 order by id", [
      first.user.id,
    ]);
    // The token and the id are new: nothing of a session from before the sign-in lives on.
    expect(second.session).not.toBe(first.session);
    expect(rows).toMatchObject([{ revoked_at: expect.any(String) }, { id: actor.session_id, revoked_at: null }]);
  });

  test("signing out ends the session at once and is a fact", async () => {
    const { session, workspace } = await signIn(app());
    await app().authenticate({ session });
    expect(await signOut(app(), session)).toBe("clear");
    expect((await problemOf(app().authenticate({ session }))).code).toBe("unauthenticated");
    expect((await factsOf(app(), workspace.id)).map(({ type }) => type)).toEqual([
      "session.created",
      "session.revoked",
    ]);
    expect(await signOut(app(), session)).toBe("clear");
    expect(await factsOf(app(), workspace.id)).toHaveLength(2);
  });

  test("signing out works without a session and with a wrong one", async () => {
    expect(await signOut(app(), null)).toBe("clear");
    expect(await signOut(app(), "nonsense")).toBe("clear");
    expect(logOut.http).toEqual({ session: "clear" });
  });

  test("a session ends thirty days after its last use, and use prolongs it", async () => {
    const { session } = await signIn(app());
    const at = async (days: number) => {
      app().clock.offsetMs = days * DAY_MS;
      app().signals.forgetCredentials("all");
      return app().authenticate({ session });
    };
    try {
      await at(29);
      await at(58);
      expect((await problemOf(at(88.1))).code).toBe("unauthenticated");
    } finally {
      app().clock.offsetMs = 0;
      app().signals.forgetCredentials("all");
    }
  });
});

describe("the first-run owner", () => {
  test("gets an agency workspace by the link in the terminal, and the command line works in it", async () => {
    const env = withOwner(app().env, "Boss@Example.org");
    const link = await createOwnerLink(app().db, env);
    const { user, workspace } = await redeem(app(), tokenIn(link()));
    expect(user.email).toBe("boss@example.org");
    const { rows } = await app().admin.query("select tier_name from workspaces where workspace_id = $1", [
      workspace.id,
    ]);
    expect(rows).toEqual([{ tier_name: "agency" }]);
    // The command line may not know which address the server was started with.
    const local = await createLocalOwnerSession(app().db, withOwner(env, "other@example.org"));
    expect(local.workspace).toBe(workspace.id);
    const actor = await app().authenticate({ session: local.token });
    expect(actor).toMatchObject({ id: user.id, workspace: workspace.id, role: "owner" });
  });

  test("whose address signs in by mail gets the agency tier too", async () => {
    Object.assign(app().env.settings, { ownerEmail: anEmail() });
    const { workspace } = await signIn(app(), app().env.settings.ownerEmail);
    const { rows } = await app().admin.query("select tier_name from workspaces where workspace_id = $1", [
      workspace.id,
    ]);
    expect(rows).toEqual([{ tier_name: "agency" }]);
  });

  test("is known once they signed in by a link: the command line does not count, and another owner is new", async () => {
    const env = withOwner(app().env, anEmail());
    const isKnown = (ownerEmail = env.settings.ownerEmail) => isOwnerKnown(app().db, withOwner(env, ownerEmail));
    const link = await createOwnerLink(app().db, env);
    await createLocalOwnerSession(app().db, env);
    expect(await isKnown()).toBe(false);
    const { session } = await redeem(app(), tokenIn(link()));
    expect(await isKnown()).toBe(true);
    // For good, also when the session is forgotten.
    await signOut(app(), session);
    await app().admin.query("delete from sessions");
    await createOwnerLink(app().db, env);
    expect(await isKnown()).toBe(true);
    const other = withOwner(env, anEmail());
    await createOwnerLink(app().db, other);
    expect([await isKnown(), await isKnown(other.settings.ownerEmail)]).toEqual([false, false]);
  });
});
