/** Reads the caller from an HTTP request: the credential, the facts about the request, and the origin. */
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import type { RequestInfo } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import type { SessionCookie } from "./cookie.ts";
import { isAtThisMachine } from "./this-machine.ts";

/** The part of a request that authentication reads. */
export interface Credentials {
  authorization: string | undefined;
  /** The token of the session cookie. Undefined when there is an `Authorization` header, which wins. */
  session: string | undefined;
  /** The chosen workspace. */
  workspace: string | undefined;
}

export type Authenticate = (credentials: Credentials) => Promise<Actor>;

const USER_AGENT_LENGTH_MAX = 300;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);
const TRACE_PARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/;

export function credentialsOf(request: FastifyRequest, cookie: SessionCookie): Credentials {
  const { authorization, cookie: cookies } = request.headers;
  return {
    authorization,
    session: authorization === undefined ? cookie.read(cookies) : undefined,
    workspace: headerOf(request, "bailiwick-workspace"),
  };
}

export function requestInfo(request: FastifyRequest, session?: string): RequestInfo {
  const { headers } = request;
  return {
    id: request.id,
    ...traceOf(headers.traceparent),
    ip: addressOf(request),
    get at_this_machine() {
      return isAtThisMachine(request);
    },
    user_agent: (headers["user-agent"] ?? "").slice(0, USER_AGENT_LENGTH_MAX),
    session: session ?? null,
  };
}

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Returns the ids of a W3C `traceparent`; null for one that is invalid, as with an id of zeros. */
export function traceOf(parent: unknown): Pick<RequestInfo, "trace_id" | "span_id"> {
  const [, trace_id = null, span_id] = (typeof parent === "string" && TRACE_PARENT.exec(parent)) || [];
  return { trace_id, span_id };
}

/** Returns the address that a trusted proxy names, if it is a valid address, otherwise the socket's address. */
export function addressOf(request: FastifyRequest): string {
  const forwarded = request.ip.replace(/^::ffff:(?=[0-9.]+$)/i, "");
  return isIP(forwarded) ? forwarded : (request.socket.remoteAddress ?? "");
}

export interface OriginRules {
  /** A function, because with port 0 the address is known only when the server listens. */
  publicUrl: () => string;
  /** True when no public address is configured. Then this machine's own names with the served port are accepted too. */
  acceptsLoopback: boolean;
  /** The further addresses that the configuration names: a name, or a name with its port. */
  hosts: readonly string[];
}

const ADDRESS_LENGTH_MAX = 200;

/** Throws unless the page is this server's: a browser sends the cookie for pages of other origins too. */
export function requireOwnOrigin(request: FastifyRequest, rules: OriginRules): void {
  const { origin } = request.headers;
  if (origin === undefined) {
    const site = headerOf(request, "sec-fetch-site");
    if (site === undefined || site === "same-origin" || site === "none") return;
  } else if (isOwnOrigin(origin, request.socket.localPort, rules)) return;
  const publicUrl = rules.publicUrl();
  const page = origin !== undefined && URL.canParse(origin) ? new URL(origin) : undefined;
  if (!page?.host || page.host.length > ADDRESS_LENGTH_MAX) {
    throw new Problem("origin", "A page of another origin may not act in your name.", {
      next_step: `Open Bailiwick at ${publicUrl}, or use a key.`,
    });
  }
  throw new Problem("origin", `A page of ${page.origin} may not act in your name.`, {
    next_step: `Open Bailiwick at ${publicUrl}, or use a key. If you run this server and opened it at ${page.host}, add ${page.host} to BAILIWICK_HOSTS.`,
  });
}

function isOwnOrigin(origin: string, port: number | undefined, rules: OriginRules): boolean {
  const { publicUrl, acceptsLoopback, hosts } = rules;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  const own = new URL(publicUrl());
  // The origin of a URL like `file:` is `null`, which never equals an origin of http or https.
  if (url.origin === own.origin) return true;
  // A server with a public URL of https sets a cookie that pages of http do not have.
  const isUsable = url.protocol === "https:" || (url.protocol === "http:" && own.protocol === "http:");
  if (isUsable && isListed(hosts, url, port)) return true;
  if (!acceptsLoopback || url.protocol !== "http:" || !LOOPBACK.has(url.hostname)) return false;
  return Number(url.port || "80") === port;
}

/** A listed name without a port stands for the standard ports and for the served port. */
export function isListed(hosts: readonly string[], { host, hostname, port }: URL, served: number | undefined): boolean {
  return hosts.includes(host) || (Number(port) === served && hosts.includes(hostname));
}
