/** New people on one server, through their browsers: sign-in by mail, invitation, joining, leaving. */
import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createHttp, type HttpServer } from "../src/surfaces/http/server.ts";
import { pages } from "../src/surfaces/pages/pages.ts";
import { aWorkspace, useApp } from "./harness/harness.ts";
import { anAddress, anEmail, anInvitation } from "./harness/scene.ts";

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  const { operations } = app();
  const log = pino({ level: "silent" });
  const extensions = [pages({ operations, version: "1", outbox: undefined })];
  web = createHttp({ ...app(), log, acceptsLoopback: true, trustedProxies: [], extensions });
});
afterAll(() => web.app.close());

const ORIGIN = "http://127.0.0.1:7300";

/** A browser that keeps cookies and follows no redirect by itself. */
function aBrowser() {
  const jar = new Map<string, string>();
  const address = anAddress();
  return {
    jar,
    async go(method: "GET" | "HEAD" | "POST", url: string, form?: Record<string, string>) {
      const answer = await web.app.inject({
        method,
        url,
        remoteAddress: address,
        headers: {
          host: "127.0.0.1:7300",
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
          ...(method === "POST" && { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" }),
        },
        ...(form && { payload: new URLSearchParams(form).toString() }),
      });
      for (const cookie of [answer.headers["set-cookie"] ?? []].flat()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value === "") jar.delete(name);
        else jar.set(name, value);
      }
      return answer;
    },
  };
}

const linkIn = (text: string) => new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? "");

it("an invited person signs in by mail, returns to the invitation, joins, and sees the workspace", async () => {
  const workspace = await aWorkspace(app());
  const email = anEmail();
  const { token } = await anInvitation({ app: app(), owner: workspace.owner, workspace }, email, "viewer");
  // A mail scanner that opens every link with every safe method uses up no link.
  const scanner = aBrowser();
  for (const method of ["GET", "HEAD", "GET"] as const) {
    expect((await scanner.go(method, `/invitation?token=${token}`)).statusCode).toBe(200);
  }
  const browser = aBrowser();
  const first = await browser.go("GET", `/invitation?token=${token}`);
  expect(first.body).toContain("Sign in with the address");
  const inviter = `${workspace.owner.id}@example.org`;
  for (const shown of ["Join Test", "viewer", inviter]) expect(first.body).toContain(shown);
  expect(first.body).not.toContain(email);
  expect(first.body).not.toContain("<script");
  expect((await browser.go("POST", "/sign-in", { email })).statusCode).toBe(200);
  const link = linkIn(app().mails.findLast(({ to }) => to === email)?.text ?? "");
  await scanner.go("HEAD", `${link.pathname}${link.search}`);
  await scanner.go("GET", `${link.pathname}${link.search}`);
  await browser.go("GET", `${link.pathname}${link.search}`);
  const signedIn = await browser.go("POST", "/sign-in", { token: link.searchParams.get("token") ?? "" });
  expect(signedIn.headers.location).toBe(`/invitation?token=${token}`);
  const invitation = await browser.go("GET", signedIn.headers.location ?? "");
  for (const shown of [email, "Join Test", "viewer", inviter]) expect(invitation.body).toContain(shown);
  expect([...browser.jar.keys()]).toEqual(["bailiwick_session"]);
  expect((await browser.go("POST", "/invitation", { token })).headers.location).toBe(
    `/inbox?workspace=${workspace.id}&joined=yes`,
  );
  const { items } = (await browser.go("GET", "/api/workspaces")).json();
  expect(items).toMatchObject([{ role: "owner" }, { id: workspace.id, role: "viewer" }]);
  const again = await browser.go("POST", "/invitation", { token });
  expect([again.statusCode, again.body.includes("not valid for you")]).toEqual([400, true]);
  const pages = await Promise.all([token, "unknown"].map((given) => browser.go("GET", `/invitation?token=${given}`)));
  expect(pages.map(({ statusCode }) => statusCode)).toEqual([400, 400]);
  expect(pages[0]?.body).toBe(pages[1]?.body);
  expect(pages[0]?.body).not.toMatch(/Test|viewer|@/);
});

it("an invitation is not accepted from a foreign page, without a session, or by another person", async () => {
  const workspace = await aWorkspace(app());
  const { token } = await anInvitation({ app: app(), owner: workspace.owner, workspace }, anEmail());
  const stranger = aBrowser();
  expect((await stranger.go("POST", "/invitation", { token })).statusCode).toBe(401);
  const email = anEmail();
  await stranger.go("POST", "/sign-in", { email });
  const link = linkIn(app().mails.findLast(({ to }) => to === email)?.text ?? "");
  await stranger.go("POST", "/sign-in", { token: link.searchParams.get("token") ?? "" });
  expect((await stranger.go("POST", "/invitation", { token })).statusCode).toBe(400);
  const foreign = await web.app.inject({
    method: "POST",
    url: "/invitation",
    headers: {
      origin: "https://evil.example.org",
      cookie: `bailiwick_session=${stranger.jar.get("bailiwick_session")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    payload: `token=${token}`,
  });
  expect(foreign.statusCode).toBe(403);
});

it("a path below a workspace works in that workspace, without any header", async () => {
  const workspace = await aWorkspace(app());
  const email = anEmail();
  const { token } = await anInvitation({ app: app(), owner: workspace.owner, workspace }, email, "admin");
  const browser = aBrowser();
  await browser.go("POST", "/sign-in", { email });
  const link = linkIn(app().mails.findLast(({ to }) => to === email)?.text ?? "");
  await browser.go("POST", "/sign-in", { token: link.searchParams.get("token") ?? "" });
  const members = `/api/workspaces/${workspace.id}/members`;
  expect((await browser.go("GET", members)).statusCode).toBe(404);
  await browser.go("POST", "/invitation", { token });
  expect((await browser.go("GET", members)).json().items).toHaveLength(2);
  const own = (await browser.go("GET", "/api/workspaces")).json().items[0].id;
  const headers = { cookie: `bailiwick_session=${browser.jar.get("bailiwick_session")}`, "bailiwick-workspace": own };
  expect((await web.app.inject({ url: members, headers })).statusCode).toBe(404);
  for (const id of ["no-id", "00000000-0000-4000-8000-000000000000"]) {
    expect((await browser.go("GET", `/api/workspaces/${id}/members`)).statusCode).toBe(404);
  }
  expect((await web.app.inject({ url: members })).statusCode).toBe(401);
});
