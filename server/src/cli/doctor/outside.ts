/** Checks of the port, of the public address and of mail. */
import { createServer } from "node:net";
import type { Config } from "../../runtime/config.ts";
import { tryMailServer } from "../../runtime/mail.ts";
import { listenUrl, servesOnlyThisMachine } from "../../start/address.ts";
import { mayBeBehindUnknownProxy, UNKNOWN_PROXY } from "../../start/greeting.ts";
import { type Finding, findingsOf, reasonOf } from "./finding.ts";

const ANSWER_MS_MAX = 5_000;

/** The server at an address: a Bailiwick, another program, or none. */
export type Answer =
  | { is: "bailiwick"; installation: string | undefined; notReady: string | undefined }
  | { is: "other"; reason: string }
  | { is: "none"; reason: string };

export async function readAnswer(url: string, answerMs = ANSWER_MS_MAX): Promise<Answer> {
  try {
    const health = await read(new URL("/api/health", url), answerMs);
    if (health.body?.status !== "ok") return { is: "other", reason: `/api/health returns ${health.status}` };
    const ready = await read(new URL("/api/ready", url), answerMs);
    const { installation } = health.body;
    const { detail } = ready.body ?? {};
    const notReady = ready.status === 200 ? undefined : String(detail ?? `/api/ready returns ${ready.status}`);
    return { is: "bailiwick", notReady, installation: typeof installation === "string" ? installation : undefined };
  } catch (error) {
    const reason = reasonOf(error);
    return { is: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/.test(reason) ? "none" : "other", reason };
  }
}

async function read(url: URL, answerMs: number): Promise<{ status: number; body?: Record<string, unknown> }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(answerMs), redirect: "manual" });
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    return { status: response.status, ...(typeof body === "object" && body !== null && { body: { ...body } }) };
  } catch {
    return { status: response.status };
  }
}

export interface PortState {
  url: string;
  host: string;
  port: number;
  answer: Answer | undefined;
  /** The code of the system's error when this machine cannot listen on the address. */
  fault: string | undefined;
}

export async function readPort({ host, port }: Pick<Config, "host" | "port">): Promise<PortState> {
  const url = localUrl({ host, port });
  const about = { url, host, port };
  if (port === 0) return { ...about, answer: undefined, fault: undefined };
  const [answer, fault] = await Promise.all([readAnswer(url), faultOf(host)]);
  return { ...about, answer, fault };
}

export function localUrl({ host, port }: Pick<Config, "host" | "port">): string {
  return listenUrl({ host, port, publicUrl: undefined, trustedProxies: [] }, port);
}

/** Listens for a moment on any free port of the address, so that no starting server is disturbed. */
function faultOf(host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    server.listen({ host, port: 0 }, () => server.close(() => resolve(undefined)));
  });
}

const PRIVILEGED_BELOW = 1_024;

/** `installation` names the one of this data folder or database; undefined when it could not be read. */
export function portFinding(state: PortState, installation: string | undefined, isRoot: boolean): Finding {
  const { ok, warning, failed } = findingsOf("port");
  const { url, host, port, answer, fault } = state;
  if (fault !== undefined)
    return failed(`This machine cannot listen on ${host} (${fault}).`, "Set BAILIWICK_HOST to one of its addresses.");
  if (!answer) return ok("BAILIWICK_PORT is 0, so the server takes any free port.");
  const other = "Stop it, or set BAILIWICK_PORT to another port.";
  if (answer.is === "other") return failed(`Another program uses port ${port} of ${host}: ${answer.reason}.`, other);
  if (answer.is === "bailiwick") {
    if (installation !== undefined && answer.installation !== undefined && answer.installation !== installation) {
      const text = `The Bailiwick at ${url} belongs to another installation.`;
      return failed(text, `${other} Or set BAILIWICK_DATA_DIR or DATABASE_URL as that server has it.`);
    }
    if (answer.notReady !== undefined) return failed(`The server at ${url} is not ready: ${answer.notReady}`);
    return ok(`The server answers at ${url} and is ready.`);
  }
  if (port < PRIVILEGED_BELOW && !isRoot) {
    const text = `Port ${port} of ${host} is free, and ports below ${PRIVILEGED_BELOW} may be closed to this user.`;
    return warning(text, "Set BAILIWICK_PORT to a higher port, or allow it with CAP_NET_BIND_SERVICE.");
  }
  return ok(`Port ${port} of ${host} is free. No server runs there.`);
}

type Address = Pick<Config, "host" | "port" | "publicUrl" | "trustedProxies">;

/** `atPort` is the server of this machine. `atPublic` answered at the public address. */
export function publicFinding(config: Config, atPort: Answer | undefined, atPublic: Answer | undefined): Finding {
  const { ok, warning, failed, skipped } = findingsOf("public address");
  const { publicUrl } = config;
  if (publicUrl === undefined || atPublic === undefined) return withoutPublicUrl(config);
  if (atPort?.is !== "bailiwick") return skipped(`No server runs here, so ${publicUrl} was not compared with it.`);
  if (atPublic.is !== "bailiwick") {
    const text = `${publicUrl} does not reach this server: ${atPublic.reason}.`;
    return failed(text, "Correct BAILIWICK_PUBLIC_URL, or the proxy in front of the server.");
  }
  if (atPublic.installation !== atPort.installation) {
    const text = `${publicUrl} reaches the Bailiwick of another installation.`;
    return failed(text, "Correct BAILIWICK_PUBLIC_URL, or the proxy in front of the server.");
  }
  if (mayBeBehindUnknownProxy(config)) return warning(UNKNOWN_PROXY);
  return ok(`${publicUrl} reaches this server.`);
}

function withoutPublicUrl(config: Address): Finding {
  const { ok, warning } = findingsOf("public address");
  if (servesOnlyThisMachine(config)) return ok("No public address is set; only this machine can call the server.");
  const text = "Other machines can call the server, and BAILIWICK_PUBLIC_URL is not set.";
  return warning(text, "Set it to the address at which people open the server, for links and sign-in.");
}

/** The answer at BAILIWICK_URL, which the command line and clients use in place of this machine's server. */
export function clientFinding(url: string | undefined, answer: Answer | undefined): Finding {
  const { ok, warning, skipped } = findingsOf("client");
  if (url === undefined || !answer) return skipped("BAILIWICK_URL is not set, so commands use this installation.");
  // An address may hold a password.
  const name = URL.canParse(url) ? new URL(url).origin : "no address";
  if (answer.is === "bailiwick") return ok(`BAILIWICK_URL names a server that answers, and commands use it: ${name}.`);
  return warning(
    `No Bailiwick answers at BAILIWICK_URL, ${name}: ${answer.reason}.`,
    "Correct or unset BAILIWICK_URL.",
  );
}

export interface MailState {
  smtpUrl: string | undefined;
  from: string;
  /** Only this machine can call the server. */
  isLocal: boolean;
  /** Why the mail server cannot be used. */
  fault: string | undefined;
}

export async function readMail(config: Config, answerMs = ANSWER_MS_MAX): Promise<MailState> {
  const { smtpUrl, mailFrom: from } = config;
  const about = { smtpUrl, from, isLocal: servesOnlyThisMachine(config) };
  if (smtpUrl === undefined) return { ...about, fault: undefined };
  const fault = await tryMailServer(smtpUrl, answerMs).then(() => undefined, reasonOf);
  return { ...about, fault };
}

export function mailFinding({ smtpUrl, from, isLocal, fault }: MailState): Finding {
  const { ok, warning, failed } = findingsOf("mail");
  if (smtpUrl === undefined) {
    if (isLocal) return ok("No mail server is set; links are shown on this machine.");
    const text = "No mail server is set, so people get no sign-in links and invitations.";
    return warning(text, "Set BAILIWICK_SMTP_URL, or print links: bailiwick sign-in-link EMAIL.");
  }
  const { host } = new URL(smtpUrl);
  if (fault !== undefined)
    return failed(`The mail server ${host} cannot be used: ${fault}.`, "Correct BAILIWICK_SMTP_URL.");
  if (from.includes("@bailiwick.local")) {
    const text = `The mail server ${host} accepts the login, and the sender of mails is ${from}.`;
    return warning(text, "Set BAILIWICK_MAIL_FROM to an address of your domain.");
  }
  return ok(`The mail server ${host} accepts the login.`);
}
