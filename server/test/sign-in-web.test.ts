/** Signing in over HTTP with the real pages: by people, mail scanners, thieves and foreign pages. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anEmail, requestLink, signIn } from "../src/auth/test-sign-in.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { pages } from "../src/surfaces/pages/pages.ts";
import { testEnvironment, useApp } from "./harness/harness.ts";
import { anAddress } from "./harness/scene.ts";
import { createWeb } from "./harness/web.ts";

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  const { operations } = app();
  web = createWeb(app(), { extensions: [pages({ operations, version: "1", outbox: undefined })] });
});
afterAll(() => web.app.close());

const OWN = "http://127.0.0.1:7300";
const FORM = { "content-type": "application/x-www-form-urlencoded", origin: OWN };
const MINUTE_MS = 60_000;

const verify = (token: string, headers: Record<string, string> = {}) =>
  web.app.inject({ method: "POST", url: "/api/auth/verify", payload: { token }, headers });

describe("a mail scanner", () => {
  const SCANNERS: Record<string, string>[] = [
    {},
    { "user-agent": "Mozilla/5.0 (compatible; Microsoft Defender SafeLinks)" },
    { "user-agent": "Mozilla/4.0 (compatible; ms-office; MSOffice 16)" },
    { "user-agent": "GoogleImageProxy", via: "1.1 google" },
    { "user-agent": "Barracuda Sentinel (EE)" },
    { "user-agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)" },
    { purpose: "prefetch", "sec-purpose": "prefetch;prerender", "x-moz": "prefetch" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
  ];

  it("that opens the link many times does not use it up and gets no cookie; the button still signs in", async () => {
    const email = anEmail();
    const token = await requestLink(app(), email);
    for (const headers of SCANNERS) {
      for (let n = 0; n < 20; n++) {
        const method = n % 2 ? "HEAD" : "GET";
        const answer = await web.app.inject({ method, url: `/sign-in?token=${token}`, headers });
        expect(answer.statusCode).toBe(200);
        expect(answer.headers["set-cookie"]).toBeUndefined();
        expect(answer.headers["cache-control"]).toBe("no-store");
        if (method === "GET") expect(answer.body).toContain(`name="token" value="${token}"`);
        expect(answer.body).not.toMatch(/<script|http-equiv|\son[a-z]+=/i);
      }
    }
    const { rows } = await app().admin.query("select number from sign_in_links where email = $1", [email]);
    expect(rows).toEqual([{ number: 1 }]);
    const payload = `token=${token}`;
    const answer = await web.app.inject({ method: "POST", url: "/sign-in", headers: FORM, payload });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, "/"]);
    expect(String(answer.headers["set-cookie"])).toMatch(/^bailiwick_session=[^,]+; Path=\//);
  });

  it("cannot sign in by GET: the API accepts the token only by POST", async () => {
    const token = await requestLink(app(), anEmail());
    const answer = await web.app.inject({ url: `/api/auth/verify?token=${token}` });
    expect(answer.statusCode).toBe(405);
    expect((await verify(token)).statusCode).toBe(200);
  });
});

describe("an invalid token", () => {
  const other = (character: string, of: string) => [...of].find((one) => one !== character) ?? "";
  const CLASSES = ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789", "-_"];

  /** Replaces one character of each class by another of the same class. */
  function flipped(token: string): string[] {
    return CLASSES.flatMap((characters) => {
      const at = [...token].findIndex((character) => characters.includes(character));
      if (at < 0) return [];
      return [token.slice(0, at) + other(token[at] ?? "", characters) + token.slice(at + 1)];
    });
  }

  const tampered = (token: string) => [
    ...flipped(token),
    token.slice(0, -1),
    token.slice(1),
    `${token}A`,
    `A${token}`,
    `${token}=`,
    `${token} `,
    ` ${token}`,
    `${token}\n`,
    token.toLowerCase(),
    token.toUpperCase(),
    [...token].reverse().join(""),
    `${token}${token}`,
    "' or true --",
    "",
  ];

  async function bodyOf(token: string): Promise<unknown> {
    const answer = await verify(token);
    expect(answer.statusCode, token).toBe(400);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    const { request_id, ...body } = answer.json();
    expect(request_id).toBe(answer.headers["x-request-id"]);
    return body;
  }

  it("gets the same answer for every fault, and uses up nothing", async () => {
    const email = anEmail();
    const voided = await requestLink(app(), email);
    const replayed = await requestLink(app(), email);
    expect((await verify(replayed)).statusCode).toBe(200);
    const expired = await requestLink(app(), email);
    const good = await requestLink(app(), anEmail());
    const bodies = new Map<string, unknown>();
    for (const token of [voided, replayed, ...tampered(good)]) bodies.set(token, await bodyOf(token));
    app().clock.offsetMs = 16 * MINUTE_MS;
    bodies.set(expired, await bodyOf(expired));
    app().clock.offsetMs = 0;
    expect(bodies.get(voided)).toMatchObject({ code: "invalid_token" });
    for (const [token, body] of bodies) expect(body, JSON.stringify(token)).toEqual(bodies.get(voided));
    expect((await verify(good)).statusCode).toBe(200);
  });

  it("with forbidden characters is refused before any look-up", async () => {
    const good = await requestLink(app(), anEmail());
    const nonsense = await bodyOf("nonsense\0");
    expect(nonsense).toMatchObject({ code: "invalid_input", errors: [{ path: "/token" }] });
    for (const token of [`${good}\0`, `\0${good}`, "\0"]) expect(await bodyOf(token)).toEqual(nonsense);
    expect((await verify(good)).statusCode).toBe(200);
  });

  it("is reported on a page too, with a next step", async () => {
    for (const payload of ["token=", "token=wrong"]) {
      const answer = await web.app.inject({ method: "POST", url: "/sign-in", headers: FORM, payload });
      expect(answer.statusCode).toBe(400);
      expect(answer.body).toContain("This link no longer works");
    }
  });
});

describe("the cookie", () => {
  const ATTRIBUTES = "Path=/; HttpOnly; SameSite=Lax";
  const EXPIRES = "Expires=[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT";

  it("has exactly these attributes, and with TLS those that bind it to host and TLS", async () => {
    const first = await verify(await requestLink(app(), anEmail()));
    expect(first.headers["set-cookie"]).toMatch(
      new RegExp(`^bailiwick_session=[A-Za-z0-9_-]{43}; ${ATTRIBUTES}; ${EXPIRES}$`),
    );
    const env = { ...testEnvironment(), publicUrl: "https://bailiwick.example.com" };
    const secure = createWeb(app(), { env, acceptsLoopback: false });
    const payload = { token: await requestLink(app(), anEmail()) };
    const answer = await secure.app.inject({ method: "POST", url: "/api/auth/verify", payload });
    expect(answer.headers["set-cookie"]).toMatch(
      new RegExp(`^__Host-bailiwick_session=[A-Za-z0-9_-]{43}; ${ATTRIBUTES}; Secure; ${EXPIRES}$`),
    );
    await secure.app.close();
  });

  it("from before a sign-in is invalid afterwards, and the new one works", async () => {
    const before = await signIn(app());
    const cookie = `bailiwick_session=${before.session}`;
    const status = async (sent: string) =>
      (await web.app.inject({ url: "/api/auth/me", headers: { cookie: sent } })).statusCode;
    expect(await status(cookie)).toBe(200);
    const answer = await verify(await requestLink(app(), before.user.email), { cookie, origin: OWN });
    const [renewed = ""] = String(answer.headers["set-cookie"]).split(";");
    expect([await status(cookie), await status(renewed)]).toEqual([401, 200]);
  });
});

describe("a foreign page", () => {
  it.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("that sends %j can neither sign in, ask for links, end sessions nor rename", async (from) => {
    const { session, user } = await signIn(app());
    const token = await requestLink(app(), anEmail());
    const headers = { ...from, cookie: `bailiwick_session=${session}` };
    for (const [path, payload] of [
      ["verify", { token }],
      ["request-magic-link", { email: user.email }],
      ["logout", {}],
      ["sessions/revoke-others", {}],
      ["me", { name: "Eve" }],
    ] as const) {
      const url = `/api/auth/${path}`;
      const answer = await web.app.inject({ method: "POST", url, payload, headers, remoteAddress: anAddress() });
      expect(answer.json(), path).toMatchObject({ status: 403, code: "origin" });
      expect(answer.headers["set-cookie"], path).toBeUndefined();
    }
    const form = { ...from, "content-type": FORM["content-type"] };
    const answer = await web.app.inject({ method: "POST", url: "/sign-in", headers: form, payload: `token=${token}` });
    expect(answer.statusCode).toBe(403);
    expect((await verify(token)).statusCode).toBe(200);
  });
});
