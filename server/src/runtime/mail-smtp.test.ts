/** Mail by SMTP, against a real mail server on this machine. */
import { createServer } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import {
  createSecondApp,
  problemOf,
  requestInfo,
  type TestApp,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { requestMagicLink } from "../auth/operations/request-magic-link.ts";
import { anAddress, anEmail, redeem } from "../auth/test-sign-in.ts";
import { createLog } from "./log.ts";
import { createMailer, type MailerOptions } from "./mail.ts";

const app = useApp();
const FROM = "Bailiwick <no-reply@example.org>";
const MAIL = { to: "ada@example.org", subject: "Hello", text: "One line.\n" };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Received {
  mail: ParsedMail;
  recipients: string[];
}

/** Listens on the port; 0 takes a free one. Returns the port. */
async function listen(server: { listen(port: number, host: string, done: () => void): unknown }, port: () => unknown) {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = port();
  if (typeof address !== "object" || address === null || !("port" in address)) throw new Error("It has a port.");
  return Number(address.port);
}

/** A mail server that keeps its mails; with `refusal` it answers each mail with this text instead. */
async function aMailServer(options: SMTPServerOptions = {}, refusal?: (mail: ParsedMail) => string) {
  const received: Received[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    // The certificate is self-signed, and a client refuses it.
    disabledCommands: ["STARTTLS"],
    onConnect(_session, done) {
      connections++;
      done();
    },
    async onData(stream, { envelope }, done) {
      const mail = await simpleParser(stream);
      if (refusal) return done(Object.assign(new Error(refusal(mail)), { responseCode: 550 }));
      received.push({ mail, recipients: envelope.rcptTo.map(({ address }) => address) });
      done();
    },
    ...options,
  });
  // A closed connection of a client is no failure of the server.
  server.on("error", () => undefined);
  const port = await listen(server, () => server.server.address());
  closers.push(() => new Promise<void>((done) => server.close(() => done())));
  return { port, received, connections: () => connections };
}

function aMailer(port: number, options: Partial<MailerOptions> = {}) {
  const smtpUrl = `smtp://127.0.0.1:${port}`;
  return createMailer({ smtpUrl, from: FROM, isLocal: false, print: () => undefined, ...options });
}

/** Starts another process that sends mail to this server, and reads its log lines. */
function aSender({ sendMail }: ReturnType<typeof aMailer>): { sender: TestApp; logged: string[] } {
  const logged: string[] = [];
  const log = createLog({ level: "warn", destination: { write: (line) => void logged.push(line) } });
  const env = { ...testEnvironment(), delivery: "smtp" as const, sendMail };
  const sender = createSecondApp(app(), { env, onLateFailure: (err) => log.warn({ err }, "Failed.") });
  closers.push(() => sender.close());
  return { sender, logged };
}

function request({ dispatcher }: TestApp, email: string) {
  const call = { input: { email }, request: { ...requestInfo(), ip: anAddress() } };
  return dispatcher.dispatchPublic(requestMagicLink, call);
}

test("the sign-in mail arrives, and its link signs in", async () => {
  const { port, received } = await aMailServer();
  const { sender } = aSender(aMailer(port));
  const email = anEmail();
  const { output, status } = await request(sender, email);
  expect(status).toBe(202);
  expect(output).not.toHaveProperty("dev_link");
  await expect.poll(() => received.length).toBe(1);
  const [{ mail, recipients } = { recipients: [] }] = received;
  expect(recipients).toEqual([email]);
  expect(mail?.from?.text).toBe('"Bailiwick" <no-reply@example.org>');
  expect([mail?.to].flat()[0]?.text).toBe(email);
  expect(mail?.subject).toBe("Your sign-in link for Bailiwick");
  expect(mail?.html).toBe(false);
  expect(mail?.text).toContain("The link works once, within 15 minutes.");
  const [, token = ""] =
    /^http:\/\/127\.0\.0\.1:7300\/sign-in\?token=([A-Za-z0-9_-]{43})$/m.exec(mail?.text ?? "") ?? [];
  expect((await redeem(app(), token)).user.email).toBe(email);
});

test("the user and password of the URL sign in at the mail server; wrong ones are a failure", async () => {
  const { port, received } = await aMailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      if (username === "post@example.org" && password === "p:a/s s") return done(null, { user: username });
      done(new Error("Wrong."));
    },
  });
  const at = (user: string) => aMailer(port, { smtpUrl: `smtp://${user}@127.0.0.1:${port}` });
  await at("post%40example.org:p%3Aa%2Fs%20s").sendMail(MAIL);
  expect(received).toHaveLength(1);
  await expect(at("post%40example.org:wrong").sendMail(MAIL)).rejects.toThrow("535");
  await expect(aMailer(port).sendMail(MAIL)).rejects.toThrow();
  expect(received).toHaveLength(1);
});

describe("a mail server that", () => {
  /** The answer to the request does not depend on the mail; the failure is logged once, without the link. */
  async function failsQuietly(mailer: ReturnType<typeof aMailer>) {
    const { sender, logged } = aSender(mailer);
    const { status, output } = await request(sender, anEmail());
    expect([status, Object.keys(output as object)]).toEqual([202, ["message"]]);
    await expect.poll(() => logged.length).toBe(1);
    expect(JSON.parse(logged[0] ?? "").err.message).not.toBe("");
    expect(logged[0]).not.toMatch(/[A-Za-z0-9_-]{43}/);
    return logged[0];
  }

  test("refuses a mail, quoting it, is logged without the link", async () => {
    const server = await aMailServer({}, ({ text }) => `5.7.1 Spam: ${text?.replaceAll("\n", " ")}`);
    expect(await failsQuietly(aMailer(server.port))).toContain("550 5.7.1 Spam");
    expect(server.connections()).toBe(1);
  });

  test("refuses the recipient", async () => {
    const server = await aMailServer({ onRcptTo: (_address, _session, done) => done(new Error("No such mailbox.")) });
    expect(await failsQuietly(aMailer(server.port))).toContain("No such mailbox.");
    expect(server.connections()).toBe(1);
  });

  test("never sends a byte is given up", async () => {
    let connections = 0;
    const silent = createServer((socket) => {
      connections++;
      socket.on("error", () => undefined);
      closers.unshift(() => socket.destroy());
    });
    const port = await listen(silent, () => silent.address());
    closers.push(() => new Promise((done) => silent.close(done)));
    await failsQuietly(aMailer(port, { smtpTimeoutMs: 100 }));
    expect(connections).toBe(1);
  });

  test("is not running", async () => {
    const gone = createServer();
    const port = await listen(gone, () => gone.address());
    await new Promise((done) => gone.close(done));
    expect(await failsQuietly(aMailer(port))).toContain("ECONNREFUSED");
  });
});

describe("an address", () => {
  const HOSTILE = [
    "ada@example.org\r\nBcc: eve@example.org",
    "ada@example.org>\r\nRCPT TO:<eve@example.org",
    "ada\r\n.\r\nMAIL FROM:<eve@example.org>\r\n@example.org",
    "ada@example.org, eve@example.org",
    "ada@example.org;eve@example.org",
    "ada@example.org eve@example.org",
    "group:ada@example.org,eve@example.org;",
    "Ada <eve@example.org>",
    '"ada, eve@example.org"@example.org',
    '"ada\\" <eve@example.org>"@example.org',
    "ada\u2028Bcc: eve@example.org",
    "ada\u0000@example.org",
    "ädä@exämple.org",
    "аda@example.org",
  ];

  test.each(HOSTILE)("such as %j reaches no other recipient and adds no header", async (to) => {
    const { port, received } = await aMailServer();
    await aMailer(port)
      .sendMail({ ...MAIL, to })
      .catch(() => undefined);
    await request(aSender(aMailer(port)).sender, to).catch((problem) => expect(problem.status).toBe(400));
    await aMailer(port).sendMail({ ...MAIL, to: "last@example.org" });
    await expect.poll(() => received.some(({ recipients }) => recipients[0] === "last@example.org")).toBe(true);
    for (const { mail, recipients } of received) {
      expect(recipients).toHaveLength(1);
      expect(recipients).not.toContain("eve@example.org");
      const known = ["from", "to", "subject", "message-id", "date", "mime-version"];
      const others = [...mail.headers.keys()].filter((name) => !known.includes(name) && !name.startsWith("content-"));
      expect(others).toEqual([]);
    }
  });

  test("of 254 characters is accepted, one of 255 is refused, and a long one gets its mail", async () => {
    const { port, received } = await aMailServer();
    const { sender } = aSender(aMailer(port));
    const domain = `${"d".repeat(61)}.${"e".repeat(61)}.${"f".repeat(61)}.org`;
    const longest = `${"a".repeat(254 - domain.length - 1)}@${domain}`;
    expect((await request(sender, longest)).status).toBe(202);
    expect((await problemOf(request(sender, `a${longest}`))).details.errors).toMatchObject([{ path: "/email" }]);
    // The mail server of the tests accepts one character less than the standard.
    await request(sender, longest.slice(1));
    await expect.poll(() => received.map(({ recipients }) => recipients)).toEqual([[longest.slice(1)]]);
  });
});
