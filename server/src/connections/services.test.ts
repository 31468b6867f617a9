/** The adapters against stand-ins: the request that each sends, its receipt, and its look-up. */
import { type AddressInfo, createServer } from "node:net";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { problemOf, testEnvironment } from "../../test/harness/harness.ts";
import type { Mail } from "../kernel/environment.ts";
import { madeAtMs } from "../kernel/schema.ts";
import type { Sent } from "./adapter.ts";
import { lookUp, sendAction } from "./index.ts";
import { validatePayload } from "./offered.ts";
import type { ServiceType } from "./schema.ts";
import type { Opened } from "./services/adapter.ts";
import { serviceOf } from "./services/all.ts";
import { requireSettings } from "./settle.ts";
import { useStandIn } from "./test-stand-in.ts";

const SECRET = "token-of-the-service";
const mails: Mail[] = [];
const env = testEnvironment({ mails, settings: { privateHosts: ["127.0.0.1"] } });
const outside = {
  outgoing: { allowed: ["127.0.0.1"], timeoutMs: 5_000 },
  sendMail: env.sendMail,
  delivery: env.delivery,
};
const service = useStandIn();

const opened = (service_type: ServiceType, fields: Partial<Opened>): Opened => ({
  id: uuidv7(),
  service_type,
  config: {},
  secret: SECRET,
  ...fields,
});
const settingsProblem = (service_type: ServiceType, fields: Partial<Opened>) =>
  problemOf(
    (async () => requireSettings(serviceOf(service_type), { secret: undefined, config: {}, ...fields }, env))(),
  );
const payloadProblem = (service_type: ServiceType, action_type: string, payload: Sent["payload"]) => {
  const type = serviceOf(service_type).types.find((one) => one.action_type === action_type);
  if (!type) throw new Error(`There is no ${action_type}.`);
  return problemOf((async () => validatePayload(service_type, type, payload))());
};
const pathOf = (problem: Awaited<ReturnType<typeof problemOf>>) => problem.details.errors?.[0]?.path;

describe("slack", () => {
  const slack = () => opened("slack", { secret: `${service.url}/services/T0/B0/very-secret` });

  test("escapes the text, and its receipts and errors have no part of the address", async () => {
    service.answer = ({ path }) => ({ status: 200, body: `ok ${path}` });
    const payload = { text: "Done <!channel> & <@U1>", channel: "#ops" };
    const attempt = await sendAction(slack(), { action_type: "post_message", payload, key: "k" }, outside);
    expect(attempt).toMatchObject({ end: "executed", returned: { response_status: 200 } });
    expect(JSON.stringify(attempt)).not.toContain("very-secret");
    expect(JSON.parse(service.received[0]?.text ?? "")).toEqual({
      text: "Done &lt;!channel&gt; &amp; &lt;@U1&gt;",
      channel: "#ops",
    });
  });

  test("is tested with a message that Slack refuses, and needs an address", async () => {
    service.answer = () => ({ status: 400, body: "no_text" });
    expect(await serviceOf("slack").test(slack(), outside)).toMatchObject({ ok: true });
    expect(service.received[0]?.text).toBe("{}");
    service.answer = () => ({ status: 404, body: "no_service" });
    expect(await serviceOf("slack").test(slack(), outside)).toMatchObject({ ok: false });
    for (const secret of [undefined, "nonsense", "http://10.0.0.1/x", "https://hooks.slack.com/"]) {
      expect(pathOf(await settingsProblem("slack", { secret }))).toBe("/secret");
    }
  });
});

describe("github", () => {
  const github = () => opened("github", { config: { base_url: service.url } });
  const issue = (key: string): Sent => ({
    action_type: "create_issue",
    payload: { repository: "acme/app", title: "Broken", body: "It fails.", labels: ["bug"] },
    key,
  });

  test("makes issues and comments with a hidden marker, and keeps their address", async () => {
    const key = uuidv7();
    service.answer = () => ({
      status: 201,
      body: JSON.stringify({ id: 5, number: 12, html_url: "https://github.com/acme/app/issues/12" }),
    });
    const attempt = await sendAction(github(), issue(key), outside);
    const external = { external_id: "12", external_url: "https://github.com/acme/app/issues/12" };
    expect(attempt).toMatchObject({ end: "executed", returned: external });
    expect(service.received[0]).toMatchObject({
      method: "POST",
      path: "/repos/acme/app/issues",
      headers: { authorization: `Bearer ${SECRET}` },
    });
    expect(JSON.parse(service.received[0]?.text ?? "")).toEqual({
      title: "Broken",
      labels: ["bug"],
      body: `It fails.\n\n<!-- bailiwick:${key} -->`,
    });
    service.answer = () => ({ status: 201, body: JSON.stringify({ id: 6, html_url: "javascript:alert(1)" }) });
    const payload = { repository: "acme/app", number: 12, body: "Still." };
    const comment = await sendAction(github(), { action_type: "comment_issue", payload, key }, outside);
    expect(comment).toMatchObject({ end: "executed", returned: { external_id: "6", external_url: null } });
    expect(service.received[1]?.path).toBe("/repos/acme/app/issues/12/comments");
  });

  test("finds its marker again, says that nothing was made, and otherwise does not know", async () => {
    const key = uuidv7();
    const items = [
      { number: 13, body: "Other", created_at: new Date().toISOString() },
      { number: 12, body: `x <!-- bailiwick:${key} -->`, created_at: new Date().toISOString() },
    ];
    service.answer = () => ({ status: 200, body: JSON.stringify(items) });
    expect(await lookUp(github(), issue(key), outside)).toMatchObject({
      found: "executed",
      returned: { external_id: "12" },
    });
    expect(await lookUp(github(), issue(`${key}-2`), outside)).toEqual({ found: "nothing" });
    const old = Array.from({ length: 50 }, () => ({ body: "", created_at: "2020-01-01T00:00:00Z" }));
    service.answer = () => ({ status: 200, body: JSON.stringify(old) });
    expect(await lookUp(github(), issue(uuidv7()), outside)).toEqual({ found: "nothing" });
    const busy = old.map((one) => ({ ...one, created_at: "2999-01-01T00:00:00Z" }));
    service.answer = () => ({ status: 200, body: JSON.stringify(busy) });
    expect(await lookUp(github(), issue(uuidv7()), outside)).toEqual({ found: "unknown" });
    for (const answer of [{ status: 500 }, { status: 200, body: "{}" }, "break"] as const) {
      service.answer = () => answer;
      expect(await lookUp(github(), issue(key), outside)).toEqual({ found: "unknown" });
    }
    const comment = { action_type: "comment_issue", payload: { repository: "acme/app", number: 1, body: "x" }, key };
    service.answer = () => ({ status: 200, body: "[]" });
    expect(await lookUp(github(), comment, outside)).toEqual({ found: "nothing" });
    // The clock of GitHub may differ from ours.
    const since = new Date(madeAtMs(key) - 600_000).toISOString();
    expect(service.received.at(-1)?.path).toContain(`/repos/acme/app/issues/1/comments?since=${since}&`);
  });

  test("is tested without an effect, and refuses other repositories and foreign markers", async () => {
    service.answer = () => ({ status: 200, headers: { "x-oauth-scopes": "repo, read:org" }, body: "{}" });
    expect(await serviceOf("github").test(github(), outside)).toMatchObject({ ok: true, scopes: ["repo", "read:org"] });
    service.answer = () => ({ status: 401 });
    expect(await serviceOf("github").test(github(), outside)).toMatchObject({ ok: false });
    for (const repository of ["acme", "../admin", "acme/..", "acme/app/x", "acme/app?x"]) {
      const payload = { repository, title: "x" };
      expect(pathOf(await payloadProblem("github", "create_issue", payload))).toBe("/payload/repository");
    }
    const forged = { repository: "a/b", number: 1, body: "<!-- bailiwick:01 -->" };
    expect(pathOf(await payloadProblem("github", "comment_issue", forged))).toBe("/payload/body");
    expect(pathOf(await settingsProblem("github", {}))).toBe("/secret");
    const inside = { config: { base_url: "http://[64:ff9b::a00:1]/" }, secret: SECRET };
    expect(pathOf(await settingsProblem("github", inside))).toBe("/config/base_url");
  });
});

describe("email", () => {
  const received: string[] = [];
  let refuse: { at: "rcpt" | "data"; code: number } | "vanish" | undefined;
  let url = "";
  const refused = (code: number) => Object.assign(new Error("no"), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === "bot" && password === "p@ss" ? done(null, { user: username }) : done(new Error("no")),
    onRcptTo: (_address, _session, done) =>
      done(typeof refuse === "object" && refuse.at === "rcpt" ? refused(refuse.code) : null),
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        if (refuse === "vanish") return vanish();
        if (refuse) return done(refused(refuse.code));
        received.push(Buffer.concat(chunks).toString("utf8"));
        done();
      });
    },
  });
  /** Ends every connection without an answer. */
  function vanish(): void {
    // The library keeps its connections in this set.
    const { connections } = server as unknown as { connections: Set<{ _socket: { destroy(): void } }> };
    for (const { _socket } of connections) _socket.destroy();
  }
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A server that listens on TCP has an address of this form.
    url = `smtp://bot:p%40ss@127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    received.length = 0;
    mails.length = 0;
    refuse = undefined;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const mail = (secret: string | undefined = url) => opened("email", { config: { from: "crew@acme.example" }, secret });
  const payload = { to: "ada@example.org", subject: "Grüße", body: "Hello,\n.\nthere 👋" };
  const send = (connection: Opened) =>
    sendAction(connection, { action_type: "send_email", payload, key: "01-a" }, outside);

  test("sends one mail with a stable Message-ID", async () => {
    const attempt = await send(mail());
    const id = "<01-a.bailiwick@acme.example>";
    expect(attempt).toMatchObject({ end: "executed", returned: { external_id: id } });
    const parsed = await simpleParser(received[0] ?? "");
    expect(parsed).toMatchObject({ messageId: id, subject: "Grüße" });
    expect(parsed.text?.trim()).toBe(payload.body);
    expect(parsed.from?.text).toBe("crew@acme.example");
  });

  test("goes through the mail server of the installation when it has none, from its own address", async () => {
    expect(await send({ ...mail(), secret: undefined })).toMatchObject({ end: "executed" });
    expect(mails).toMatchObject([
      { to: payload.to, replyTo: "crew@acme.example", messageId: "<01-a.bailiwick@acme.example>" },
    ]);
  });

  test("ends as the mail server says", async () => {
    refuse = { at: "rcpt", code: 550 };
    expect(await send(mail())).toMatchObject({ end: "failed", error: "The mail server answered 550." });
    refuse = { at: "data", code: 451 };
    expect(await send(mail())).toMatchObject({ end: "again" });
    refuse = "vanish";
    expect(await send(mail())).toMatchObject({ end: "in_doubt" });
    refuse = undefined;
    expect(await send(mail(url.replace("p%40ss", "wrong")))).toMatchObject({ end: "failed" });
    expect(await send(mail("smtp://127.0.0.1:9"))).toMatchObject({ end: "again" });
    expect(await send(mail("smtp://10.0.0.1:25"))).toMatchObject({ end: "again" });
    const local = async () => [{ address: "169.254.169.254", family: 4 }];
    const elsewhere = { ...outside, outgoing: { ...outside.outgoing, resolve: local } };
    const sent = { action_type: "send_email", payload, key: "01-a" };
    expect(await sendAction(mail("smtps://mail.example"), sent, elsewhere)).toMatchObject({ end: "again" });
    expect(received).toEqual([]);
  });

  test("has an end when the mail server or the names are slow", async () => {
    const slow = createServer((socket) => {
      socket.on("error", () => {}).write("220 hello\r\n");
      socket.once("data", () => {
        const dripping = setInterval(() => socket.write("250-and\r\n"), 20);
        socket.on("close", () => clearInterval(dripping));
      });
    });
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    // A server that listens on TCP has an address of this form.
    const secret = `smtp://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    const hurried = { ...outside, outgoing: { ...outside.outgoing, timeoutMs: 200 } };
    const sent = { action_type: "send_email", payload, key: "01-a" };
    expect(await sendAction(mail(secret), sent, hurried)).toMatchObject({ end: "again" });
    expect(await serviceOf("email").test(mail(secret), hurried)).toMatchObject({ ok: false });
    const lost = { ...hurried, outgoing: { ...hurried.outgoing, resolve: () => new Promise<never>(() => {}) } };
    expect(await sendAction(mail("smtps://mail.example"), sent, lost)).toMatchObject({ end: "again" });
    const waiting = { ...hurried, sendMail: () => new Promise<never>(() => {}) };
    expect(await sendAction({ ...mail(), secret: undefined }, sent, waiting)).toMatchObject({ end: "in_doubt" });
    // Both connections are closed, so the server ends.
    await new Promise<void>((resolve) => slow.close(() => resolve()));
  });

  test("is tested by signing in", async () => {
    expect(await serviceOf("email").test(mail(), outside)).toMatchObject({ ok: true });
    const wrong = await serviceOf("email").test(mail(url.replace("p%40ss", "wrong")), outside);
    expect(wrong).toEqual({ ok: false, message: "The mail server answered 535." });
  });

  test("refuses other headers, several receivers, and private mail servers", async () => {
    for (const [fields, path] of [
      [{ subject: "a\r\nBcc: eve@example.org" }, "/payload/subject"],
      [{ to: "a@example.org, b@example.org" }, "/payload/to"],
      [{ to: "a@example.org\nBcc: b@example.org" }, "/payload/to"],
      [{ cc: "b@example.org" }, "/payload/cc"],
    ] as const) {
      expect(pathOf(await payloadProblem("email", "send_email", { ...payload, ...fields }))).toBe(path);
    }
    const config = { from: "crew@acme.example" };
    for (const secret of [
      "http://mail.example",
      "smtp://10.0.0.1",
      "smtp://0x7f000002",
      "smtp://%zz@mail.example",
      "smtp://a.example?x=1",
    ])
      expect([secret, pathOf(await settingsProblem("email", { config, secret }))]).toEqual([secret, "/secret"]);
    expect(pathOf(await settingsProblem("email", { config: { from: "nobody" } }))).toBe("/config/from");
  });
});
