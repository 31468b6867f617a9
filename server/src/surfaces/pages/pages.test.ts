import { describe, expect, test } from "vitest";
import { testEnvironment } from "../../../test/harness/environment.ts";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { useSurface } from "../../../test/harness/surface.ts";
import { html } from "./html.ts";
import { pages } from "./pages.ts";

const surface = useSurface();
const OWN = "http://127.0.0.1:7300";
const FORM = { "content-type": "application/x-www-form-urlencoded", origin: OWN };

function serve() {
  return surface().http({ extensions: [pages({ operations: FAKE_OPERATIONS, version: "1.2.3", outbox: undefined })] })
    .app;
}

test("what goes into a page is escaped, wherever it stands", () => {
  const evil = `<script>alert("1")</script>'&`;
  expect(html`<a title="${evil}">${[evil, html`<b>${1}</b>`]}</a>`.text).toBe(
    '<a title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;<b>1</b></a>',
  );
});

test("every page has a policy, and none is kept by the browser", async () => {
  for (const url of ["/", "/sign-in", "/sign-in?token=abc"]) {
    const answer = await serve().inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": expect.stringContaining("default-src 'self'"),
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
    });
    // Nothing the policy would stop: no script, no style and no handler in the page.
    expect(answer.body).not.toMatch(/<script|<style|\son[a-z]+=|style=/);
  }
});

test("the sign-in page names the owner to callers on this machine, and to no others", async () => {
  const app = serve();
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const own = await (await fetch(`${url}/sign-in`)).text();
  const { ownerEmail } = testEnvironment().settings;
  expect(own).toContain(`value="${ownerEmail}"`);
  expect(own).toContain("A new address gets a workspace of its own");
  const forwarded = await (await fetch(`${url}/sign-in`, { headers: { "x-forwarded-for": "203.0.113.7" } })).text();
  expect(forwarded).not.toContain(ownerEmail);
  expect(forwarded).toContain('value=""');
});

describe("signing in by the link of a mail", () => {
  test("opening it spends nothing; the form it shows signs in and leads home", async () => {
    const app = serve();
    for (const method of ["GET", "HEAD"] as const) {
      expect((await app.inject({ method, url: "/sign-in?token=right" })).statusCode).toBe(200);
    }
    expect((await app.inject({ url: '/sign-in?token="><script>' })).body).toContain("&quot;&gt;&lt;script&gt;");
    const answer = await app.inject({ method: "POST", url: "/sign-in", headers: FORM, payload: "token=right" });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe("/");
    expect(String(answer.headers["set-cookie"])).toContain(
      "bailiwick_session=good-session; Path=/; HttpOnly; SameSite=Lax",
    );
  });

  test("a used link says so, on a page", async () => {
    const answer = await serve().inject({ method: "POST", url: "/sign-in", headers: FORM, payload: "token=used" });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toContain("text/html");
    expect(answer.body).toContain("This link no longer works");
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test("a foreign page cannot do it for a visitor", async () => {
    for (const headers of [
      { ...FORM, origin: "https://evil.example" },
      { ...FORM, origin: "null" },
    ]) {
      const answer = await serve().inject({ method: "POST", url: "/sign-in", headers, payload: "token=right" });
      expect(answer.statusCode).toBe(403);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  });

  test("other bodies are refused", async () => {
    const app = serve();
    const send = (payload: string, headers: Record<string, string>) =>
      app.inject({ method: "POST", url: "/sign-in", headers, payload });
    expect((await send('{"token":"right"}', { origin: OWN, "content-type": "application/json" })).statusCode).toBe(415);
    expect((await send(`token=${"x".repeat(20_000)}`, FORM)).statusCode).toBe(413);
    expect((await send("token=%00", FORM)).statusCode).toBe(400);
    expect((await send("", FORM)).statusCode).toBe(400);
  });
});

test.each([
  ["smtp", "Look in your mail"],
  ["terminal", "Look in the terminal"],
  ["none", "Ask the operator"],
] as const)("an address is sent a link, and with the delivery %s the page says: %s", async (delivery, where) => {
  const extensions = [pages({ operations: FAKE_OPERATIONS, version: "1.2.3", outbox: undefined })];
  const { app } = surface().http({ extensions, env: { ...testEnvironment(), delivery } });
  const answer = await app.inject({
    method: "POST",
    url: "/sign-in",
    headers: FORM,
    payload: "email=ada%40example.org",
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain(`<h1>${where}</h1><p>The message.</p>`);
  // From elsewhere there is no inbox.
  expect(answer.body).not.toContain("/dev/");
});

test("the first page leads to signing in, and signing out ends it", async () => {
  const app = serve();
  const cookie = "bailiwick_session=good-session";
  expect((await app.inject({ url: "/" })).body).toContain('href="/sign-in"');
  const answer = await app.inject({ method: "POST", url: "/sign-out", headers: { ...FORM, cookie } });
  expect(answer.statusCode).toBe(303);
  expect(answer.headers["set-cookie"]).toContain("bailiwick_session=; ");
  const foreign = { cookie, origin: "https://evil.example" };
  expect((await app.inject({ method: "POST", url: "/sign-out", headers: foreign })).statusCode).toBe(403);
});
