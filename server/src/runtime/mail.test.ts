import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMailer, OUTBOX_MAILS_MAX } from "./mail.ts";

const MAIL = { to: "ada@example.org", subject: "Hello", text: "One line.\nhttps://example.org/sign-in?token=abc\n" };
const FROM = "Bailiwick <no-reply@example.org>";

describe("without a mail server", () => {
  test("mails are kept, newest first, and printed", async () => {
    const lines: string[] = [];
    const mailer = createMailer({ smtpUrl: undefined, isLocal: true, from: FROM, print: (line) => lines.push(line) });
    await mailer.sendMail(MAIL);
    await mailer.sendMail({ ...MAIL, subject: "Second" });
    expect(mailer.outbox?.mails().map(({ subject }) => subject)).toEqual(["Second", "Hello"]);
    expect(lines[0]).toBe("Mail to ada@example.org: Hello\n  One line.\n  https://example.org/sign-in?token=abc");
  });

  test("only the newest mails are kept", async () => {
    const mailer = createMailer({ smtpUrl: undefined, isLocal: true, from: FROM, print: () => undefined });
    for (let n = 0; n < OUTBOX_MAILS_MAX + 20; n++) await mailer.sendMail({ ...MAIL, subject: `${n}` });
    expect(mailer.outbox?.mails()).toHaveLength(OUTBOX_MAILS_MAX);
    expect(mailer.outbox?.mails()[0]?.subject).toBe(`${OUTBOX_MAILS_MAX + 19}`);
  });

  test("control characters in an address do not reach the terminal", async () => {
    const lines: string[] = [];
    const mailer = createMailer({ smtpUrl: undefined, isLocal: true, from: FROM, print: (line) => lines.push(line) });
    await mailer.sendMail({ to: "a\u001b[2J\r\n@example.org", subject: "x\u0007\u202e", text: "\u001b]0;title\u0007" });
    expect(lines.join("")).not.toMatch(/[^\P{C}\n]/u);
  });
});

test("without a mail server, a server for other machines shows no mail, and a lost mail is an error", async () => {
  const lines: string[] = [];
  const mailer = createMailer({ smtpUrl: undefined, isLocal: false, from: FROM, print: (line) => lines.push(line) });
  await expect(mailer.sendMail(MAIL)).rejects.toThrow("BAILIWICK_SMTP_URL");
  expect(mailer.outbox).toBeUndefined();
  expect(lines).toEqual([]);
});

describe("with a mail server", () => {
  let server: Server;
  let said = "";
  let answerToData = "354 go on";

  beforeAll(async () => {
    server = createServer((socket) => {
      let isBody = false;
      socket.write("220 test\r\n");
      socket.on("data", (data) => {
        said += data.toString();
        if (isBody && data.toString().includes("\r\n.\r\n")) {
          isBody = false;
          socket.write("250 kept\r\n");
          return;
        }
        if (isBody) return;
        isBody = /^DATA/m.test(data.toString()) && answerToData.startsWith("354");
        socket.write(/^DATA/m.test(data.toString()) ? `${answerToData}\r\n` : "250 ok\r\n");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
  });

  function mailer() {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The server has a port.");
    return createMailer({
      smtpUrl: `smtp://127.0.0.1:${address.port}`,
      from: FROM,
      isLocal: true,
      print: () => undefined,
    });
  }

  test("mails are sent to it and not kept", async () => {
    said = "";
    const made = mailer();
    await made.sendMail(MAIL);
    expect(made.outbox).toBeUndefined();
    expect(said).toContain("MAIL FROM:<no-reply@example.org>");
    expect(said).toContain("RCPT TO:<ada@example.org>");
    expect(said).toContain("Subject: Hello");
    expect(said).toContain("sign-in?token");
  });

  test("an address cannot add another recipient or header", async () => {
    said = "";
    await mailer()
      .sendMail({ ...MAIL, to: "ada@example.org, eve@example.org\r\nBcc: mallory@example.org" })
      .catch(() => undefined);
    expect(said.match(/^RCPT TO:/gm)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(said).not.toMatch(/^Bcc:/m);
    expect(said).not.toMatch(/^RCPT TO:<(eve|mallory)@/m);
  });

  test("its refusal is an error", async () => {
    answerToData = "550 no";
    await expect(mailer().sendMail(MAIL)).rejects.toThrow();
  });
});
