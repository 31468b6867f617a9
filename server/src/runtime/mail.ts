/** Sends mail by SMTP. Without an SMTP server mail is kept on this machine, in a small outbox and in the terminal. */
import { randomBytes } from "node:crypto";
import type { Delivery, Mail } from "../kernel/environment.ts";

const CODE_BYTES = 16;
/** The number of mails that the outbox keeps; older mails are dropped. */
export const OUTBOX_MAILS_MAX = 100;
/** Sending fails when the mail server does not answer within this time. */
const SMTP_TIMEOUT_MS = 15_000;
/** Longer words of a mail server's answer are not logged. */
const WORD_LENGTH_MAX = 20;

export interface KeptMail extends Mail {
  sentAt: Date;
}

export interface Outbox {
  /** The code that opens the outbox. It is printed in the terminal and valid until the process ends. */
  code: string;
  /** Returns the mails, newest first. */
  mails: () => readonly KeptMail[];
}

export interface Mailer {
  delivery: Delivery;
  /** Fails when the mail server does not accept the mail. */
  sendMail(mail: Mail): Promise<void>;
  /** Present only with the delivery `terminal`. */
  outbox?: Outbox;
}

export interface MailerOptions {
  smtpUrl: string | undefined;
  from: string;
  /** Only this machine can call the server, so its mails may be shown to every caller. */
  isLocal: boolean;
  /** Shows a line in the terminal of the server. */
  print: (line: string) => void;
  /** For tests. */
  smtpTimeoutMs?: number;
}

export function createMailer(options: MailerOptions): Mailer {
  const { smtpUrl, from, print, isLocal, smtpTimeoutMs = SMTP_TIMEOUT_MS } = options;
  if (smtpUrl) return createSmtpMailer(smtpUrl, from, smtpTimeoutMs);
  return isLocal ? createOutbox(print) : { delivery: "none", sendMail };
}

async function sendMail(): Promise<void> {
  throw new Error("A mail was not sent, because no mail server is configured. Set BAILIWICK_SMTP_URL.");
}

function createSmtpMailer(url: string, from: string, timeoutMs: number): Mailer {
  const transport = connect(url, timeoutMs);
  // Each mail reports this failure; before the first mail nothing waits for it.
  transport.catch(() => undefined);
  return {
    delivery: "smtp",
    async sendMail({ to, subject, text, messageId, replyTo }) {
      const more = { ...(messageId && { messageId }), ...(replyTo && { replyTo: { name: "", address: replyTo } }) };
      const sent = (await transport).sendMail({ from, to: { name: "", address: to }, subject, text, ...more });
      await sent.catch((error: unknown) => {
        throw withoutMail(error);
      });
    },
  };
}

/** Connects and logs in, and sends nothing. Fails when the mail server does not accept that within the time. */
export async function tryMailServer(url: string, timeoutMs: number): Promise<void> {
  const transport = await connect(url, timeoutMs);
  try {
    await transport.verify();
  } catch (error) {
    throw withoutAnswer(error);
  } finally {
    transport.close();
  }
}

/** The answer of a mail server to a login may repeat the login, so only its code is kept. */
export function withoutAnswer(error: unknown): unknown {
  if (!(error instanceof Error) || !("responseCode" in error)) return error;
  return new Error(`it answered ${String(error.responseCode)}`);
}

/** The answer of a mail server may quote the mail, and its sign-in link must not get into the log. */
function withoutMail(error: unknown): unknown {
  if (!(error instanceof Error) || !("response" in error)) return error;
  const words = String(error.response).split(/\s+/);
  const kept = words.map((word) => (word.length > WORD_LENGTH_MAX ? "…" : word));
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return Object.assign(new Error(`The mail server refused a mail: ${kept.join(" ")}`), { code, responseCode });
}

/** Loads nodemailer only when an SMTP server is configured. */
async function connect(url: string, timeoutMs: number) {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A mail must not contain local files or fetched content.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function createOutbox(print: (line: string) => void): Mailer {
  const kept: KeptMail[] = [];
  return {
    delivery: "terminal",
    async sendMail(mail) {
      kept.unshift({ ...mail, sentAt: new Date() });
      kept.length = Math.min(kept.length, OUTBOX_MAILS_MAX);
      print(terminalText(mail));
    },
    outbox: { code: randomBytes(CODE_BYTES).toString("base64url"), mails: () => kept },
  };
}

/** Replaces control characters: the caller chooses the address, and it must not move the terminal's cursor. */
function terminalText({ to, subject, text }: Mail): string {
  const plain = (value: string) => value.replace(/[^\P{C}\n]/gu, "?");
  const body = plain(text)
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd());
  return [`Mail to ${plain(to)}: ${plain(subject)}`, ...body].join("\n");
}
