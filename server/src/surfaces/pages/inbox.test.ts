/** The inbox on a real port, because it is for callers on this machine alone. */
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { useSurface } from "../../../test/harness/surface.ts";
import { pages } from "./pages.ts";
import type { KeptMail } from "./views.ts";

const surface = useSurface();
const CODE = "the-code-of-the-terminal";
const MAILS: KeptMail[] = [
  {
    to: "<img src=x>@example.org",
    subject: "<script>1</script>",
    text: 'Open http://127.0.0.1:7300/sign-in?token=abc now. javascript:alert(1) "http://x"onclick=1',
    sentAt: new Date(0),
    isOpen: true,
  },
  { to: "owner@example.org", subject: "Kept back", text: "token=secret", sentAt: new Date(0) },
  { to: "admin@example.org", subject: "Kept back", text: "token=secret", sentAt: new Date(0), isOpen: false },
];

interface PageAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

type Ask = (path: string, headers?: Record<string, string>, form?: string) => Promise<PageAnswer>;

async function serve(mails: KeptMail[] | undefined = MAILS, hosts: string[] = []): Promise<Ask & { port: number }> {
  const outbox = { code: CODE, mails: () => mails };
  const extensions = [pages({ operations: FAKE_OPERATIONS, version: "1", outbox })];
  const { app } = surface().http({ extensions, hosts });
  const port = Number(new URL(await app.listen({ port: 0, host: "127.0.0.1" })).port);
  const ask: Ask = (path, headers = {}, form) =>
    new Promise((resolve, reject) => {
      const method = form === undefined ? "GET" : "POST";
      const sent = request({ port, host: "127.0.0.1", path, method, headers }, (answer) => {
        let body = "";
        answer.on("data", (part) => (body += String(part)));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      });
      sent.on("error", reject).end(form);
    });
  return Object.assign(ask, { port });
}

test("without the code it shows only what anybody on this machine may read, and says where the code is", async () => {
  const ask = await serve();
  const { status, body } = await ask("/dev/inbox");
  expect(status).toBe(200);
  expect(body).toContain("sign-in?token=abc");
  expect(body).not.toMatch(/owner@|admin@|secret|Kept back/);
  expect(body).toContain("that the terminal printed");
});

test("the code opens it for this browser, and leaves the address", async () => {
  const ask = await serve();
  const { status, headers } = await ask(`/dev/inbox?code=${CODE}`);
  expect([status, headers.location]).toEqual([303, "/dev/inbox"]);
  expect(headers["set-cookie"]).toEqual([`bailiwick_inbox=${CODE}; Path=/dev; HttpOnly; SameSite=Lax`]);
  const all = await ask("/dev/inbox", { cookie: `a=b; bailiwick_inbox=${CODE}` });
  expect(all.body).toContain("owner@example.org");
  expect(all.body).toContain("admin@example.org");
});

test("another code opens nothing, in the address or in the cookie", async () => {
  const ask = await serve();
  for (const code of ["", "x", CODE.slice(1), `${CODE}x`, `${CODE}&code=${CODE}`]) {
    const { status, body, headers } = await ask(`/dev/inbox?code=${code}`);
    expect([status, headers["set-cookie"]], code).toEqual([403, undefined]);
    expect(body).not.toContain("@example.org");
  }
  for (const cookie of [
    "bailiwick_inbox=",
    "bailiwick_inbox=x",
    `xbailiwick_inbox=${CODE}`,
    `bailiwick_inbox=${CODE}x`,
  ]) {
    expect((await ask("/dev/inbox", { cookie })).body, cookie).not.toContain("owner@example.org");
  }
});

describe("for a request from elsewhere it does not exist, with the code too", () => {
  const ELSEWHERE: Record<string, string>[] = [
    { host: "evil.example" },
    { host: "127.0.0.1.evil.example" },
    { host: "bailiwick.example.com" },
    { "x-forwarded-for": "203.0.113.7" },
    { via: "1.1 tunnel" },
    { forwarded: "for=203.0.113.7" },
    { "x-real-ip": "127.0.0.1" },
  ];
  test.each(ELSEWHERE)("%j", async (headers) => {
    const ask = await serve();
    const host = headers.host ? `${headers.host}:${ask.port}` : `127.0.0.1:${ask.port}`;
    const cookie = `bailiwick_inbox=${CODE}`;
    for (const path of ["/dev/inbox", `/dev/inbox?code=${CODE}`]) {
      const { status, body, headers: responseHeaders } = await ask(path, { ...headers, host, cookie });
      expect([status, JSON.parse(body).code, responseHeaders["set-cookie"]]).toEqual([404, "not_found", undefined]);
    }
  });
});

describe("at a further address of the configuration", () => {
  const HOSTS = ["localhost:8080", "bailiwick.test"];

  test.each(HOSTS)("%s opens it with the code, and shows nothing without", async (host) => {
    const ask = await serve(MAILS, HOSTS);
    const closed = await ask("/dev/inbox", { host });
    expect(closed.status).toBe(200);
    expect(closed.body).not.toMatch(/token=|@example\.org/);
    expect((await ask(`/dev/inbox?code=${CODE}`, { host })).status).toBe(303);
    const open = await ask("/dev/inbox", { host, cookie: `bailiwick_inbox=${CODE}` });
    expect(open.body).toContain("owner@example.org");
  });

  test("does not exist for a forwarded request", async () => {
    const ask = await serve(MAILS, HOSTS);
    const { status } = await ask("/dev/inbox", { host: "bailiwick.test", "x-forwarded-for": "203.0.113.7" });
    expect(status).toBe(404);
  });

  test("names the address and the setting when it is not listed", async () => {
    const ask = await serve(MAILS, HOSTS);
    const cookie = `bailiwick_inbox=${CODE}`;
    const { status, body } = await ask("/dev/inbox", { host: "localhost:9090", cookie });
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({
      detail: expect.stringContaining("localhost:9090"),
      next_step: expect.stringContaining("add localhost:9090 to BAILIWICK_HOSTS"),
    });
    const forwarded = await ask("/dev/inbox", { host: "localhost:9090", via: "1.1 tunnel" });
    expect(forwarded.body).not.toContain("BAILIWICK_HOSTS");
  });

  test("the sign-in form works there and shows no link", async () => {
    const ask = await serve(MAILS, HOSTS);
    const send = (host: string) =>
      ask(
        "/sign-in",
        { host, origin: `http://${host}`, "content-type": "application/x-www-form-urlencoded" },
        "email=a@b.c",
      );
    const sent = await send("localhost:8080");
    expect(sent.status).toBe(200);
    expect(sent.body).not.toContain("token=");
    const refused = await send("localhost:9090");
    expect(refused.status).toBe(403);
    expect(refused.body).toContain("localhost:9090");
    expect(refused.body).toContain("BAILIWICK_HOSTS");
  });
});

test("is not there where mails are sent", async () => {
  const extensions = [pages({ operations: FAKE_OPERATIONS, version: "1", outbox: undefined })];
  const { app } = surface().http({ extensions });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  expect((await fetch(`${url}/dev/inbox`)).status).toBe(404);
});

test("shows mails as text, with links of the web alone", async () => {
  const { body } = await (await serve())("/dev/inbox");
  expect(body).toContain('<a href="http://127.0.0.1:7300/sign-in?token=abc">');
  expect(body).toContain("&lt;script&gt;1&lt;/script&gt;");
  expect(body).not.toContain("<img");
  expect(body).not.toContain('href="javascript');
  expect(body).not.toMatch(/<[^>]*onclick/);
  expect((await (await serve([]))("/dev/inbox")).body).toContain("There is no mail.");
});
