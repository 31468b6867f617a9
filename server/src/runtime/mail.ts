/** Sends mail by SMTP or, where none is configured, keeps it on this machine: in a small outbox and in the terminal. */
import { randomBytes } from "node:crypto";
import type { Delivery, Mail } from "../kernel/environment.ts";

const CODE_BYTES = 16;
/** Mails the outbox keeps; older ones are dropped. */
export const OUTBOX_MAILS_MAX = 100;
/** A mail server that does not answer in this time has failed. Milliseconds. */
const SMTP_TIMEOUT_MS = 15_000;
/** Longer words of a mail server's answer are left out. */
const WORD_LENGTH_MAX = 20;

export interface KeptMail extends Mail {
  sentAt: Date;
}

export interface Outbox {
  /** Shows every mail to a person who read it in the terminal. It ends with the process. */
  code: string;
  /** Newest first. */
  mails: () => readonly KeptMail[];
}

export interface Mailer {
  delivery: Delivery;
  /** Fails when the mail server does not take it. */
  sendMail(mail: Mail): Promise<void>;
  /** Only with the delivery `terminal`. */
  outbox?: Outbox;
}

export interface MailerOptions {
  smtpUrl: string | undefined;
  from: string;
  /** Nobody but this machine can call the server, so what it would send may be shown to whoever does. */
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
  throw new Error("A mail was not sent, for no mail server is set up. Set BAILIWICK_SMTP_URL.");
}

function createSmtpMailer(url: string, from: string, timeoutMs: number): Mailer {
  const transport = connect(url, timeoutMs);
  // Whoever sends gets the failure; nobody may be sending yet.
  transport.catch(() => undefined);
  return {
    delivery: "smtp",
    async sendMail({ to, subject, text }) {
      const sent = (await transport).sendMail({ from, to: { name: "", address: to }, subject, text });
      await sent.catch((error: unknown) => {
        throw withoutMail(error);
      });
    },
  };
}

/** What a mail server answers may quote the mail, and the link in it lets in whoever reads the log. */
function withoutMail(error: unknown): unknown {
  if (!(error instanceof Error) || !("response" in error)) return error;
  const words = String(error.response).split(/\s+/);
  const kept = words.map((word) => (word.length > WORD_LENGTH_MAX ? "…" : word));
  return new Error(`The mail server did not take a mail: ${kept.join(" ")}`);
}

/** Loaded only where mails are really sent. */
async function connect(url: string, timeoutMs: number) {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A mail holds no files of this machine and nothing fetched from elsewhere.
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

/** Whoever asks for a link chooses the address, so nothing in it may move the terminal's cursor. */
function terminalText({ to, subject, text }: Mail): string {
  const plain = (value: string) => value.replace(/[^\P{C}\n]/gu, "?");
  const body = plain(text)
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd());
  return [`Mail to ${plain(to)}: ${plain(subject)}`, ...body].join("\n");
}
