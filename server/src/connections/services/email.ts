/** Mail, through a mail server of the workspace or that of this installation. */
import { isIP, Socket } from "node:net";
import { Readable } from "node:stream";
import { isEmail } from "../../kernel/email.ts";
import { isAllowed, urlFault } from "../../kernel/outbound/destination.ts";
import { addressToDial } from "../../kernel/outbound/dial.ts";
import { invalid } from "../../kernel/problem.ts";
import { Email, Fields, Text } from "../../kernel/schema.ts";
import type { Attempt } from "../adapter.ts";
import type { Adapter, Opened, Outside } from "./adapter.ts";
import { ATTEMPT_MS_MAX } from "./limits.ts";
import { mailAttempt, messageIdOf } from "./mail-rules.ts";

const SUBJECT_LENGTH_MAX = 500;
const BODY_LENGTH_MAX = 100_000;
const TEST_MS_MAX = 10_000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "smtp:": 587, "smtps:": 465 };

/** `URL` reads the host of `smtp:` as it stands, and that of `http:` in all its spellings. */
function hostUrl(secret: string): URL {
  return new URL(`http://${new URL(secret).host}/`);
}

export const EMAIL: Adapter = {
  service_type: "email",
  category: "connect",
  config: Fields({ from: Email }),
  secret: "optional",
  types: [
    {
      action_type: "send_email",
      payload_schema: Fields({
        to: Email,
        // A line break would begin another header.
        subject: Text(SUBJECT_LENGTH_MAX, {
          pattern:
            "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*\\S[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$",
        }),
        body: Text(BODY_LENGTH_MAX),
      }),
      repeats_safely: false,
      is_reversible: false,
    },
  ],
  origin: () => undefined,
  requireUsable({ config, secret }, { settings, delivery }) {
    if (!isEmail(String(config.from))) throw invalid("/config/from", "must be an email address.");
    if (secret === undefined) {
      if (delivery === "none") throw invalid("/secret", "is required, because this server has no mail server.");
      return;
    }
    const fault = smtpFault(secret, settings.privateHosts);
    if (fault !== undefined) throw invalid("/secret", fault);
  },
  async test(connection, { outgoing, delivery }) {
    if (connection.secret === undefined) {
      const ok = delivery !== "none";
      return { ok, message: ok ? "The mail server of this installation sends." : "This server has no mail server." };
    }
    const { secret } = connection;
    const socket = new Socket();
    try {
      await withDeadline(outgoing.timeoutMs ?? TEST_MS_MAX, async (signal) => {
        const transport = await connect(secret, outgoing, TEST_MS_MAX, socket);
        signal.throwIfAborted();
        await transport.verify();
      });
      return { ok: true, message: "The mail server accepts the account." };
    } catch (error) {
      const attempt = mailAttempt(error, false);
      return { ok: false, message: attempt.end === "executed" || !("error" in attempt) ? "" : attempt.error };
    } finally {
      socket.destroy();
    }
  },
  send: sendMail,
};

function smtpFault(secret: string, allowed: readonly string[]): string | undefined {
  if (!URL.canParse(secret)) return "is not an address.";
  const url = new URL(secret);
  if (!(url.protocol in DEFAULT_PORTS)) return "must begin with smtps:// or smtp://.";
  if (/%(?![0-9a-f]{2})/i.test(url.username + url.password)) return "has a % that encodes nothing.";
  if (url.search !== "" || url.hash !== "") return "must have no ? and no #.";
  if (url.host === "" || !URL.canParse(`http://${url.host}/`)) return "has no host.";
  return urlFault(hostUrl(secret).href, allowed);
}

/** Rejects after this time. The signal is aborted then, so that nothing of the work goes on. */
async function withDeadline<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const over = new Promise<never>((_, reject) => {
    ending.signal.addEventListener("abort", () => reject(new Error("The mail server took too long.")));
  });
  const timer = setTimeout(() => ending.abort(), ms);
  try {
    return await Promise.race([work(ending.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Dials an address that was checked, under the name of the host. With a socket, the caller can break it off. */
async function connect(secret: string, outgoing: Outside["outgoing"], timeoutMs: number, socket?: Socket) {
  const fault = smtpFault(secret, outgoing.allowed);
  if (fault !== undefined) throw Object.assign(new Error(fault), { syscall: "connect" });
  const url = new URL(secret);
  const host = hostUrl(secret);
  const address = await addressToDial(host, outgoing).catch((error: unknown) => {
    throw Object.assign(new Error(String(error)), { syscall: "getaddrinfo" });
  });
  const { createTransport } = await import("nodemailer");
  const user = decodeURIComponent(url.username);
  return createTransport({
    ...(socket && { socket }),
    host: address,
    port: url.port === "" ? (DEFAULT_PORTS[url.protocol] ?? 0) : Number(url.port),
    secure: url.protocol === "smtps:",
    // A password is sent in the clear only to a host that the operator listed.
    requireTLS: user !== "" && !isAllowed(host, outgoing.allowed),
    ...(user !== "" && { auth: { user, pass: decodeURIComponent(url.password) } }),
    tls: isIP(url.hostname) === 0 ? { servername: url.hostname } : {},
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

async function sendMail(
  { config, secret }: Opened,
  { payload, key }: { payload: Opened["config"]; key: string },
  outside: Outside,
): Promise<Attempt> {
  const from = String(config.from);
  const [to, subject, text] = [String(payload.to), String(payload.subject), String(payload.body)];
  const messageId = messageIdOf(key, from);
  const timeoutMs = outside.outgoing.timeoutMs ?? ATTEMPT_MS_MAX;
  let isStarted = false;
  try {
    await withDeadline(timeoutMs, async (signal) => {
      if (secret === undefined) {
        isStarted = true;
        await outside.sendMail({ to, subject, text, messageId, replyTo: from });
        return;
      }
      const transport = await connect(secret, outside.outgoing, timeoutMs);
      const body = Readable.from(
        (function* () {
          isStarted = true;
          yield text;
        })(),
      );
      const only = { name: "", address: to };
      try {
        await transport.sendMail({
          from: { name: "", address: from },
          to: only,
          subject,
          text: body,
          messageId,
          signal,
        });
      } finally {
        transport.close();
      }
    });
  } catch (error) {
    return mailAttempt(error, isStarted);
  }
  const returned = { response_status: 250, external_id: messageId, external_url: null, start: "" };
  return { end: "executed", result: { message_id: messageId }, returned };
}
