/** Sends mail by SMTP or, where none is configured, keeps it on this machine: in a small outbox and in the terminal. */
import type { Mail } from "./kernel/environment.ts";

/** Mails the outbox keeps; older ones are dropped. */
export const OUTBOX_MAILS_MAX = 100;
/** A mail server that does not answer in this time has failed. Milliseconds. */
const SMTP_TIMEOUT_MS = 15_000;

export interface KeptMail extends Mail {
  sentAt: Date;
}

export interface Mailer {
  /** Fails when the mail server does not take it. */
  sendMail(mail: Mail): Promise<void>;
  /** Newest first; undefined where mails are really sent. */
  outbox?: () => readonly KeptMail[];
}

export interface MailerOptions {
  smtpUrl: string | undefined;
  from: string;
  /** Nobody but this machine can call the server, so what it would send may be shown to whoever does. */
  isLocal: boolean;
  /** Shows a line in the terminal of the server. */
  print: (line: string) => void;
}

export function createMailer({ smtpUrl, from, print, isLocal }: MailerOptions): Mailer {
  if (smtpUrl) return createSmtpMailer(smtpUrl, from);
  return isLocal ? createOutbox(print) : { sendMail };
}

async function sendMail(): Promise<void> {
  throw new Error("A mail was not sent, for no mail server is set up. Set BAILIWICK_SMTP_URL.");
}

function createSmtpMailer(url: string, from: string): Mailer {
  const transport = connect(url);
  // Whoever sends gets the failure; nobody may be sending yet.
  transport.catch(() => undefined);
  return {
    async sendMail({ to, subject, text }) {
      await (await transport).sendMail({ from, to: { name: "", address: to }, subject, text });
    },
  };
}

/** Loaded only where mails are really sent. */
async function connect(url: string) {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    connectionTimeout: SMTP_TIMEOUT_MS,
    greetingTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS,
    // A mail holds no files of this machine and nothing fetched from elsewhere.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function createOutbox(print: (line: string) => void): Mailer {
  const kept: KeptMail[] = [];
  return {
    async sendMail(mail) {
      kept.unshift({ ...mail, sentAt: new Date() });
      kept.length = Math.min(kept.length, OUTBOX_MAILS_MAX);
      print(terminalText(mail));
    },
    outbox: () => kept,
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
